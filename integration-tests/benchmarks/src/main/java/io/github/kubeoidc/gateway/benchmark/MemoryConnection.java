// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.benchmark;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LocalConnector;
import org.eclipse.jetty.server.Server;

/** A kept connection of Jetty's without a socket: what is asked is answered on the thread that asks. */
final class MemoryConnection extends ByteArrayEndPoint {
    private final Server server = new Server();
    private final StringBuilder firstAnswer = new StringBuilder();
    private final byte[] question;
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean first = true;
    private int sent;

    MemoryConnection(Question question, Handler answers) throws Exception {
        this.question = question.bytes();
        HttpConnectionFactory http = new HttpConnectionFactory();
        http.getHttpConfiguration().setSendServerVersion(false);
        LocalConnector connector = new LocalConnector(server, http);
        server.addConnector(connector);
        server.setHandler(answers);
        server.start();
        Connection connection = http.newConnection(connector, this);
        setConnection(connection);
        connection.onOpen();
        addInput(ByteBuffer.wrap(this.question));
        // It may have to wait for a fetch, and is then answered on another thread.
        answered.await();
        while (!isFillInterested()) {
            Thread.onSpinWait();
        }
        question.bodyBytes(firstAnswer.toString());
        first = false;
    }

    /** Returns how many bytes the answer has. */
    int exchange() {
        sent = 0;
        addInput(ByteBuffer.wrap(question));
        if (sent == 0) {
            throw new IllegalStateException("not answered on the thread that asked");
        }
        return sent;
    }

    @Override
    public boolean flush(ByteBuffer... buffers) {
        for (ByteBuffer buffer : buffers) {
            sent += buffer.remaining();
            if (first) {
                firstAnswer.append(StandardCharsets.US_ASCII.decode(buffer));
            }
            buffer.position(buffer.limit());
        }
        answered.countDown();
        return true;
    }

    void end() {
        close();
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the server did not stop", e);
        }
    }
}
