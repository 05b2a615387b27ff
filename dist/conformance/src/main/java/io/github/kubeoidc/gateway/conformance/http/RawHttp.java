// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One connection to an HTTP/1.1 server that carries exactly the bytes it is given and shows exactly what comes back.
 *
 * <p>It never tidies up a request: no line end, no {@code Host}, no length is added. Where the server's address has a path,
 * as in a servlet container, that path is put before the path of every request that is sent as text, and nothing else is
 * changed. Text is sent as ISO 8859-1. Reading and sending block for at most 20 s.
 */
public final class RawHttp implements AutoCloseable {

    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final int ABBREVIATED = 160;

    /** Many times what any answer of a gateway can have. */
    private static final int MAX_BODY = 16 << 20;

    /** A method, and the scheme and authority of a target in absolute form: what stands before a path. */
    private static final Pattern BEFORE_PATH = Pattern.compile("((?:^|\r\n\r\n)\\S+ (?:https?://[^/ ]+)?)(?=/)");

    private final Socket socket;
    private final String contextPath;
    private final InputStream in;
    private String lastSent = "";

    private RawHttp(Socket socket, String contextPath) throws IOException {
        this.socket = socket;
        this.contextPath = contextPath;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) BOUND.toMillis());
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * Connects.
     *
     * @param server {@code http} or {@code https}, host, port, and the path below which requests go, if any
     * @return the open connection
     * @throws UncheckedIOException if the server does not accept it
     */
    public static RawHttp connect(URI server) {
        return connect(server, (SSLSocketFactory) SSLSocketFactory.getDefault());
    }

    /**
     * Connects, and trusts others than the Java run-time does.
     *
     * @param server {@code http} or {@code https}, host, port, and the path below which requests go, if any
     * @param trust makes the connection one of TLS where the server's is
     * @return the open connection
     * @throws UncheckedIOException if the server does not accept it
     */
    public static RawHttp connect(URI server, SSLSocketFactory trust) {
        boolean secure = "https".equals(server.getScheme());
        int port = server.getPort() >= 0 ? server.getPort() : secure ? 443 : 80;
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(server.getHost(), port), (int) BOUND.toMillis());
            return new RawHttp(secure ? handshake(trust, socket, server.getHost(), port) : socket, server.getPath());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to " + server, e);
        }
    }

    /** As a relying party would: with a trust store, and the name compared with the certificate. */
    private static Socket handshake(SSLSocketFactory trust, Socket socket, String host, int port) throws IOException {
        SSLSocket secure = (SSLSocket) trust.createSocket(socket, host, port, true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.setSoTimeout((int) BOUND.toMillis());
        secure.startHandshake();
        return secure;
    }

    /**
     * Sends one request on a connection of its own and reads one response.
     *
     * @param server host, port and the path below which requests go, if any
     * @param request the bytes as text; where it begins with {@code HEAD}, the response has no body
     * @return the response
     * @throws AssertionError if there is none
     */
    public static RawResponse exchange(URI server, String request) {
        return exchange(server, (SSLSocketFactory) SSLSocketFactory.getDefault(), request);
    }

    /**
     * Sends one request on a connection of its own and reads one response, and trusts others than the Java run-time does.
     *
     * @param server host, port and the path below which requests go, if any
     * @param trust makes the connection one of TLS where the server's is
     * @param request the bytes as text; where it begins with {@code HEAD}, the response has no body
     * @return the response
     * @throws AssertionError if there is none
     */
    public static RawResponse exchange(URI server, SSLSocketFactory trust, String request) {
        try (RawHttp http = connect(server, trust)) {
            return http.ask(request);
        }
    }

    /**
     * Sends one request and reads one response.
     *
     * @param request the text; where it begins with {@code HEAD}, the response has no body
     * @return the response
     * @throws AssertionError if there is none
     */
    public RawResponse ask(String request) {
        send(request);
        return read();
    }

    /**
     * Sends text.
     *
     * @param text what to send, in ISO 8859-1
     */
    public void send(String text) {
        String below = contextPath.isEmpty()
                ? text
                : BEFORE_PATH.matcher(text).replaceAll("$1" + Matcher.quoteReplacement(contextPath));
        send(below.getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * Sends bytes. A server that refuses a request may close before it has taken it all; what it answered is still to be
     * read.
     *
     * @param bytes what to send
     * @return false if the peer broke the connection meanwhile
     * @throws AssertionError if the peer neither takes them nor closes the connection
     */
    public boolean send(byte[] bytes) {
        lastSent = new String(bytes, StandardCharsets.ISO_8859_1);
        return offer(bytes);
    }

    /**
     * Closes the sending half of the connection.
     */
    public void endSending() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Says whether the peer still takes what is sent.
     *
     * @param bytes what to send
     * @return false once the peer has closed the connection
     * @throws AssertionError if the peer does neither
     */
    public boolean offer(byte[] bytes) {
        // A write to a socket has no time-out.
        CompletableFuture<Void> written =
                new CompletableFuture<Void>().orTimeout(BOUND.toMillis(), TimeUnit.MILLISECONDS);
        written.whenComplete((nothing, late) -> {
            if (late != null) {
                close();
            }
        });
        try {
            socket.getOutputStream().write(bytes);
            return true;
        } catch (IOException e) {
            if (written.isCompletedExceptionally()) {
                throw new AssertionError(sent() + "; for " + BOUND.toSeconds() + " s it was neither taken nor refused");
            }
            return false;
        } finally {
            written.complete(null);
        }
    }

    private String sent() {
        return "sent «" + abbreviate(lastSent) + "»";
    }

    /**
     * Reads the next response. That to a {@code HEAD} request has no body, whatever its fields say.
     *
     * @return a whole response
     * @throws AssertionError if none comes
     */
    public RawResponse read() {
        try {
            String statusLine = line();
            if (!statusLine.matches("HTTP/1\\.[01] [1-5][0-9]{2}( .*)?")) {
                throw new AssertionError(sent() + "; came back no status line but: " + abbreviate(statusLine));
            }
            List<RawResponse.Field> fields = new ArrayList<>();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                if (colon < 0) {
                    throw new AssertionError(sent() + "; came back a field line without colon: " + line);
                }
                fields.add(new RawResponse.Field(
                        line.substring(0, colon), line.substring(colon + 1).strip()));
            }
            String request = "«" + abbreviate(lastSent) + "»";
            RawResponse head = new RawResponse(request, statusLine, fields, new byte[0]);
            boolean bodiless =
                    lastSent.startsWith("HEAD ") || head.status() == 304 || head.status() == 204 || head.status() < 200;
            return bodiless ? head : new RawResponse(request, statusLine, fields, body(head));
        } catch (SocketTimeoutException e) {
            throw new AssertionError(sent() + "; no answer within " + BOUND.toSeconds() + " s", e);
        } catch (IOException e) {
            throw new AssertionError(sent() + "; the connection ended before an answer did: " + e, e);
        }
    }

    /**
     * Waits for the peer to close the connection.
     *
     * @param bound how long to wait at most
     * @return whether it did
     * @throws AssertionError if it sends anything before that
     */
    public boolean closedWithin(Duration bound) {
        try {
            socket.setSoTimeout((int) bound.toMillis());
            int octet = in.read();
            if (octet >= 0) {
                byte[] more = in.readNBytes(in.available());
                throw new AssertionError(sent() + "; unexpected bytes came back: «" + (char) octet
                        + abbreviate(new String(more, StandardCharsets.ISO_8859_1)) + "»");
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            // A reset is a close too.
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            try {
                socket.setSoTimeout((int) BOUND.toMillis());
            } catch (SocketException e) {
                // Closed; nobody will read again.
            }
        }
    }

    /**
     * Waits for the peer to end what it sends, by a FIN: a reset could have destroyed what it sent before.
     *
     * @throws AssertionError if it does not within 20 s, resets the connection or sends anything before
     */
    public void ended() {
        try {
            int octet = in.read();
            if (octet >= 0) {
                throw new AssertionError(sent() + "; behind the last answer came «" + (char) octet + "»");
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError(sent() + "; the connection stays open for " + BOUND.toSeconds() + " s", e);
        } catch (IOException e) {
            throw new AssertionError(sent() + "; the connection did not end but broke: " + e, e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] body(RawResponse head) throws IOException {
        String length = head.field("Content-Length");
        if ("chunked".equalsIgnoreCase(head.field("Transfer-Encoding"))) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                body.write(exactly(size));
                line();
            }
            line();
            return body.toByteArray();
        }
        return length == null ? in.readNBytes(MAX_BODY) : exactly(number(length, 10));
    }

    private int chunkSize() throws IOException {
        return number(line().split(";", 2)[0].strip(), 16);
    }

    private int number(String text, int radix) {
        try {
            int length = Integer.parseInt(text, radix);
            if (length >= 0 && length <= MAX_BODY) {
                return length;
            }
        } catch (NumberFormatException e) {
            // Falls through to the same complaint.
        }
        throw new AssertionError(sent() + "; came back an answer whose length is " + abbreviate(text)
                + ", not a number of bytes up to " + MAX_BODY);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("after " + bytes.length + " of " + length + " bytes of the body");
        }
        return bytes;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("in the head of the answer");
            }
            line.write(octet);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r")) {
            throw new AssertionError(sent() + "; a line of the answer ends in a bare LF: " + text);
        }
        return text.substring(0, text.length() - 1);
    }

    /**
     * A text that may be long, for a message.
     *
     * @param text the text
     * @return the text, without its middle where it is long
     */
    public static String abbreviate(String text) {
        String shown = text.replace("\r", "\\r").replace("\n", "\\n");
        return shown.length() <= ABBREVIATED
                ? shown
                : shown.substring(0, ABBREVIATED) + "… (" + text.length() + " characters)";
    }
}
