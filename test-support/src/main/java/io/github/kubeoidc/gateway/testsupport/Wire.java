// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.testsupport;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A client's connection to loopback, for HTTP as it is written. Nothing is read for longer than 20 s. */
public final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final Socket beneath;
    private final InputStream in;

    /** Connects. */
    public Wire(int port) throws IOException {
        this(connect(port), null);
    }

    private Wire(Socket socket, @Nullable Socket beneath) throws IOException {
        this.socket = socket;
        this.beneath = beneath == null ? socket : beneath;
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** A connection that speaks TLS; the handshake is complete. */
    public static Wire secure(int port, SSLContext context, String... protocols) throws IOException {
        Socket beneath = connect(port);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(beneath, "localhost", port, true);
        if (protocols.length > 0) {
            socket.setEnabledProtocols(protocols);
        }
        socket.startHandshake();
        return new Wire(socket, beneath);
    }

    /** The whole answer to a text that is sent as it is, on a connection of its own that the server closes. */
    public static String exchange(int port, String request) throws IOException {
        try (Wire wire = new Wire(port)) {
            return wire.sendAsIs(request).readToEnd();
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        // Small, so that a client that does not read is noticed soon.
        socket.setReceiveBufferSize(4096);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        return socket;
    }

    /** The session of a connection that speaks TLS. */
    public SSLSession session() {
        return ((SSLSocket) socket).getSession();
    }

    /** Has it closed with a reset. */
    public Wire resetOnClose() throws IOException {
        socket.setSoLinger(true, 0);
        return this;
    }

    /** Sends text, with CRLF for each line end. */
    public Wire send(String text) throws IOException {
        return sendAsIs(text.replace("\n", "\r\n"));
    }

    /** Sends text, one byte a character. */
    public Wire sendAsIs(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Sends bytes as they are, beneath TLS. */
    public void sendBeneath(String bytes) throws IOException {
        beneath.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Tells the other side that nothing more is sent. */
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Reads an answer and exactly the bytes that its {@code Content-Length} announces. */
    public Reply read() throws IOException {
        String head = readHead();
        Reply reply = Reply.parse(head, "");
        byte[] body = in.readNBytes(Integer.parseInt(reply.headers().getOrDefault("Content-Length", "0")));
        return Reply.parse(head, new String(body, StandardCharsets.ISO_8859_1));
    }

    /** Reads an answer that has no body, even where a header announces one; a next answer follows at once. */
    public Reply readBodiless() throws IOException {
        return Reply.parse(readHead(), "");
    }

    /** Reads so many bytes, or fewer where the other side closes. */
    public Wire skip(int bytes) throws IOException {
        in.readNBytes(bytes);
        return this;
    }

    /** Waits for the other side to close, and returns what it sent before. */
    public String readToEnd() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("closed after: " + head);
            }
            head.append((char) b);
        }
        return head.substring(0, head.length() - 4);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
