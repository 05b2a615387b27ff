// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A client that speaks TLS, and what it does beneath and above it; and many of them. */
final class TlsClients implements AutoCloseable {

    /** Longer than the gateway may leave a client without an answer or a close. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final int SMALL_BUFFER = 4096;
    private static final int RECORD_HEAD = 5;

    private final Socket beneath;
    private final SSLSocket socket;

    private TlsClients(URI gateway, SSLContext trust, Socket beneath) throws IOException {
        this.beneath = beneath;
        beneath.setReceiveBufferSize(SMALL_BUFFER);
        beneath.setTcpNoDelay(true);
        beneath.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()));
        beneath.setSoTimeout((int) LIMIT.toMillis());
        socket = (SSLSocket) trust.getSocketFactory().createSocket(beneath, "localhost", gateway.getPort(), true);
    }

    /** What one client does on a connection of its own, until it has an answer to tell of. */
    @FunctionalInterface
    interface Script {
        String play(TlsClients client) throws IOException;
    }

    /** Lets so many do the same again and again for a time, and returns what they get. */
    static Set<String> run(URI gateway, SSLContext trust, int clients, Duration time, Script script) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        Set<String> outcomes = Collections.synchronizedSet(new TreeSet<>());
        Callable<Void> client = () -> {
            do {
                outcomes.add(once(gateway, trust, script));
            } while (System.nanoTime() - end < 0);
            return null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            for (Future<Void> future : threads.invokeAll(
                    IntStream.range(0, clients).mapToObj(i -> client).toList())) {
                future.get();
            }
        } finally {
            threads.shutdownNow();
        }
        return outcomes;
    }

    private static String once(URI gateway, SSLContext trust, Script script) {
        try (TlsClients client = new TlsClients(gateway, trust, new OneByteHandshake())) {
            return script.play(client);
        } catch (SocketTimeoutException e) {
            return "neither an answer nor a close";
        } catch (IOException e) {
            return "a close";
        }
    }

    /** Has the records of the handshake that are not encrypted sent with one byte in each. */
    TlsClients inRecordsOfOneByte() {
        ((OneByteHandshake) beneath).on = true;
        return this;
    }

    /** Shakes hands, with one version alone. */
    TlsClients handshake(String version) throws IOException {
        socket.setEnabledProtocols(new String[] {version});
        socket.startHandshake();
        return this;
    }

    /** With TLS 1.2 another handshake on the same connection; with TLS 1.3 new keys, which the gateway has to answer. */
    TlsClients handshakeAgain() throws IOException {
        socket.startHandshake();
        return this;
    }

    TlsClients send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    /** Sends each byte in a record of its own. */
    TlsClients sendInRecordsOfOneByte(String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        for (byte octet : text.getBytes(StandardCharsets.ISO_8859_1)) {
            out.write(octet);
        }
        return this;
    }

    /** Ends what it sends as a client does that has crashed: TLS's own notice is missing. */
    TlsClients endBeneath() throws IOException {
        beneath.shutdownOutput();
        return this;
    }

    TlsClients resetOnClose() throws IOException {
        beneath.setSoLinger(true, 0);
        return this;
    }

    /** The status of an answer that closes its connection. */
    String lastAnswer() throws IOException {
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return answer.startsWith("HTTP/1.1 ") ? answer.substring(9, 12) : "a close";
    }

    /** The status of an answer after which its connection may stay open. */
    String answer() throws IOException {
        InputStream in = socket.getInputStream();
        String answer = new String(in.readNBytes(12), StandardCharsets.ISO_8859_1);
        return answer.startsWith("HTTP/1.1 ") ? answer.substring(9) : "a close";
    }

    /** As one that has crashed: without TLS's notice. */
    @Override
    public void close() throws IOException {
        beneath.close();
    }

    /** A socket that can take records of a handshake apart. */
    private static final class OneByteHandshake extends Socket {

        private volatile boolean on;

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    if (!on || length <= RECORD_HEAD || bytes[offset] != 22) {
                        out.write(bytes, offset, length);
                        return;
                    }
                    byte[] records = new byte[(length - RECORD_HEAD) * (RECORD_HEAD + 1)];
                    for (int i = 0; i < length - RECORD_HEAD; i++) {
                        int at = i * (RECORD_HEAD + 1);
                        System.arraycopy(bytes, offset, records, at, RECORD_HEAD - 2);
                        records[at + RECORD_HEAD - 1] = 1;
                        records[at + RECORD_HEAD] = bytes[offset + RECORD_HEAD + i];
                    }
                    out.write(records);
                }
            };
        }
    }
}
