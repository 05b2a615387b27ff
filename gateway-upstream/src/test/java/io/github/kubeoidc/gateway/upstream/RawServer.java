// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.testsupport.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** An API server that writes exactly the bytes that a test wants written. */
final class RawServer implements AutoCloseable {
    /** Writes the answer to one request; the connection stays open unless this closes it. */
    interface Reply {
        void write(OutputStream out, Socket socket) throws IOException;
    }

    private static final long PATIENCE_SECONDS = 30;

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final Semaphore asked = new Semaphore(0);
    private final Semaphore hungUp = new Semaphore(0);
    private volatile Reply reply = (out, socket) -> {};

    RawServer() {
        this("127.0.0.1", 0);
    }

    /** Listens on one address of several that have the same port. */
    RawServer(String address, int port) {
        this(() -> new ServerSocket(port, 0, InetAddress.getByName(address)));
    }

    RawServer(SSLContext tls) {
        this(() -> tls.getServerSocketFactory().createServerSocket(0, 0, InetAddress.getByName("127.0.0.1")));
    }

    RawServer(Callable<ServerSocket> listening) {
        try {
            listener = listening.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    void reply(Reply next) {
        reply = next;
    }

    /** Answers with a head and a body as they are; {@code %d} in the head is the body's length. */
    void reply(String head, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        byte[] first = head.formatted(bytes.length).getBytes(StandardCharsets.ISO_8859_1);
        reply((out, socket) -> {
            out.write(first);
            out.write(bytes);
        });
    }

    /** The connection ends with this answer. */
    void replyAndClose(String answer) {
        reply(last(answer));
    }

    static Reply last(String answer) {
        return (out, socket) -> {
            out.write(answer.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            socket.close();
        };
    }

    void document(String body) {
        reply("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", body);
    }

    /** Answers with a document once the test has counted down. */
    void document(String body, CountDownLatch release) {
        document(body);
        Reply document = reply;
        reply((out, socket) -> {
            Waiting.until(() -> release.getCount() == 0);
            document.write(out, socket);
        });
    }

    /** The heads of the requests so far. */
    List<String> requests() {
        return requests;
    }

    int connections() {
        return connections.get();
    }

    /** Waits until one more request is there. */
    boolean isAsked() throws InterruptedException {
        return asked.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits until one more connection was closed by the client. */
    boolean isHungUpOn() throws InterruptedException {
        return hungUp.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                open.add(socket);
                start(() -> serve(socket));
            } catch (IOException e) {
                // Closed, or a handshake that the client broke off.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            for (String head = head(in); head != null; head = head(in)) {
                Reply now = reply;
                requests.add(head);
                asked.release();
                now.write(out, socket);
                out.flush();
            }
        } catch (IOException e) {
            // The client has closed.
        } finally {
            open.remove(socket);
            hungUp.release();
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return null;
            }
            head.append((char) b);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
