// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A free port of one address with a thread for each connection. It keeps its number while it is closed, deaf and opened again.
 */
final class ListeningPort implements AutoCloseable {

    private static final int BACKLOG = 512;

    /** A connection within a machine is made at once, or else the backlog is full. */
    private static final Duration CONNECTED = Duration.ofMillis(250);

    private static final Duration LET_GO = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofMillis(10);

    /** Far more than fit into a backlog of one. */
    private static final int FILLING = 64;

    private final InetAddress address;
    private final Handler handler;
    private final AtomicInteger accepted = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<Socket> filling = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "listening-port");
        thread.setDaemon(true);
        return thread;
    });

    private volatile ServerSocket listener;
    private Socket holder = new Socket();

    /**
     * Takes a port and accepts nothing yet.
     *
     * @param address an address of this machine
     * @param handler serves each connection, which is closed when that returns
     */
    ListeningPort(InetAddress address, Handler handler) {
        this.address = address;
        this.handler = handler;
        listener = listen(0, BACKLOG);
    }

    /** Serves one connection. */
    @FunctionalInterface
    interface Handler {
        void serve(Socket connection) throws IOException;
    }

    int number() {
        return listener.getLocalPort();
    }

    /** The number of connections since the start. */
    int accepted() {
        return accepted.get();
    }

    /** The number of connections that neither side has closed. */
    int open() {
        return open.size();
    }

    /** Accepts connections, after whatever was done about them before. */
    synchronized void accept() {
        if (!filling.isEmpty()) {
            refuse();
        }
        if (listener.isClosed()) {
            release();
            listener = listen(number(), BACKLOG);
        }
        ServerSocket socket = listener;
        threads.execute(() -> accept(socket));
    }

    /** Has connections refused from now on, and cuts what is open. */
    synchronized void refuse() {
        end();
        holder = hold(number());
    }

    private void end() {
        close(listener);
        filling.forEach(ListeningPort::close);
        filling.clear();
        cut();
        release();
    }

    /** Keeps others from the port without listening, so that connections are refused. */
    private Socket hold(int port) {
        return onceFree(() -> {
            Socket socket = new Socket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return socket;
        });
    }

    private void release() {
        close(holder);
    }

    /** Lets attempts to connect hang from now on: their first packet is dropped, as the backlog is full. Cuts what is open. */
    synchronized void ignore() {
        refuse();
        release();
        listener = listen(number(), 1);
        while (filling.size() < FILLING) {
            Socket socket = new Socket();
            filling.add(socket);
            try {
                socket.connect(listener.getLocalSocketAddress(), (int) CONNECTED.toMillis());
            } catch (SocketTimeoutException e) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("the backlog of a port does not fill up");
    }

    /** Cuts what is open. */
    void cut() {
        open.forEach(ListeningPort::close);
    }

    @Override
    public synchronized void close() {
        end();
        threads.shutdownNow();
    }

    private void accept(ServerSocket socket) {
        while (true) {
            try {
                Socket connection = socket.accept();
                accepted.incrementAndGet();
                open.add(connection);
                if (socket.isClosed()) {
                    // It came before that, but too late to be cut with the others.
                    close(connection);
                }
                threads.execute(() -> serve(connection));
            } catch (IOException | RejectedExecutionException e) {
                // Closed on purpose.
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            handler.serve(connection);
        } catch (IOException e) {
            // One of the two sides has gone, which is part of many a scene.
        } finally {
            open.remove(connection);
        }
    }

    private ServerSocket listen(int port, int backlog) {
        return onceFree(() -> {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port), backlog);
            return socket;
        });
    }

    /** A socket that has been closed has its port until the thread that accepts has noticed. */
    private static <S> S onceFree(Binding<S> binding) {
        long start = System.nanoTime();
        while (true) {
            try {
                return binding.bind();
            } catch (BindException e) {
                if (System.nanoTime() - start > LET_GO.toNanos()
                        || Thread.currentThread().isInterrupted()) {
                    throw new UncheckedIOException(e);
                }
                Pace.pause(AGAIN);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Makes a socket that has a port. */
    @FunctionalInterface
    private interface Binding<S> {
        S bind() throws IOException;
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
