// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.benchmark;

import io.github.kubeoidc.gateway.server.GatewayServer;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A kept connection to an embedded server in this process. */
@State(Scope.Benchmark)
public class EmbeddedServer {
    private static final int END_OF_HEAD = 0x0d0a0d0a;

    /** What is asked on it. */
    @Param
    public Question question;

    private final ByteBuffer answer = ByteBuffer.allocateDirect(64 * 1024);
    private ByteBuffer request;
    private ApiServerStandIn upstream;
    private GatewayServer server;
    private SocketChannel channel;
    private int bodyBytes;

    /**
     * Starts the server and asks once, which also has it fetch.
     *
     * @throws Exception if something does not start
     */
    @Setup
    public void open() throws Exception {
        upstream = ApiServerStandIn.start();
        server = new GatewayServer(Configurations.inFrontOf(upstream));
        server.start();
        bodyBytes = question.bodyBytes(lastAnswer());
        channel = connect();
        byte[] bytes = question.bytes();
        request = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(new InetSocketAddress(
                InetAddress.getByName("127.0.0.1"), server.uri().getPort()));
    }

    /** An answer's length is told by the end of its connection. */
    private String lastAnswer() throws IOException {
        try (Socket socket = connect().socket()) {
            socket.getOutputStream().write(question.lastBytes());
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    int exchange() throws IOException {
        channel.write(request.rewind());
        answer.clear();
        do {
            if (channel.read(answer) < 0) {
                throw new EOFException(question + " ended the connection");
            }
        } while (!isComplete());
        return answer.position();
    }

    private boolean isComplete() {
        int end = answer.position() - bodyBytes - Integer.BYTES;
        return end >= 0 && answer.getInt(end) == END_OF_HEAD;
    }

    /**
     * Ends all of it.
     *
     * @throws IOException if the connection cannot be closed
     */
    @TearDown
    public void close() throws IOException {
        channel.close();
        server.stop();
        upstream.close();
    }
}
