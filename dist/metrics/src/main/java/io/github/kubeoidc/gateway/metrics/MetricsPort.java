// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import io.github.kubeoidc.gateway.api.ListeningUrl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code GET /metrics} on a port of its own, in clear text, one request a connection. One thread serves a few connections
 * at a time, each for a few seconds at most, and makes the text once a second at most: whatever comes here, it costs the public
 * port no thread, little memory and hardly any time. A servlet container has no port for it, and the image's Java no HTTP server:
 * so this class is the server.
 */
final class MetricsPort implements AutoCloseable {
    /** How many connections are open at most. The oldest makes room for another one. */
    static final int MAX_CONNECTIONS = 8;

    static final String PATH = "/metrics";

    private static final Logger LOG = LoggerFactory.getLogger(MetricsPort.class);
    private static final int BACKLOG = 16;
    private static final long SWEEP_MILLIS = 1000;
    private static final long STOP_SECONDS = 5;

    /** How long nothing is done where a connection cannot be accepted, or the system fails otherwise. */
    private static final long PAUSE_MILLIS = 100;

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final URI uri;
    private final Thread thread = new Thread(this::run, "metrics");
    private volatile boolean closed;

    // Of the thread's own.
    private @Nullable ScrapeText text;

    private MetricsPort(ServerSocketChannel listener, Selector selector, URI uri) {
        this.listener = listener;
        this.selector = selector;
        this.uri = uri;
        thread.setDaemon(true);
    }

    /**
     * Binds the port. Clients wait until it is served.
     *
     * @throws IOException if that is not possible; its message is one line that names address and port
     */
    static MetricsPort bind(String address, int port) throws IOException {
        Selector selector = Selector.open();
        ServerSocketChannel listener = null;
        try {
            listener = ServerSocketChannel.open();
            listener.bind(new InetSocketAddress(address, port), BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            URI url = ListeningUrl.of("http", address, listener.socket().getLocalPort());
            return new MetricsPort(listener, selector, url.resolve(PATH));
        } catch (IOException | UnresolvedAddressException | UnsupportedAddressTypeException e) {
            if (listener != null) {
                listener.close();
            }
            selector.close();
            throw new IOException("cannot listen on " + address + " port " + port + " for metrics: " + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        if (e instanceof UnresolvedAddressException) {
            return "LISTEN_ADDR cannot be resolved";
        }
        return e instanceof UnsupportedAddressTypeException
                ? "this machine has no IPv6"
                : String.valueOf(e.getMessage());
    }

    /** Begins to answer with what the supplier makes, which is asked on the port's thread. */
    void serve(Supplier<byte[]> metrics) {
        text = new ScrapeText(metrics, System::nanoTime);
        thread.start();
    }

    URI uri() {
        return uri;
    }

    /** Closes all connections, and waits up to 5 s for the thread to end. */
    @Override
    public void close() {
        closed = true;
        if (thread.getState() == Thread.State.NEW) {
            end();
            return;
        }
        selector.wakeup();
        try {
            TimeUnit.SECONDS.timedJoin(thread, STOP_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try {
                selector.select(SWEEP_MILLIS);
                long now = System.nanoTime();
                for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
                    // First: where it fails, it is the others' turn.
                    selector.selectedKeys().remove(key);
                    serve(key, now);
                }
                connections().stream().filter(client -> client.isLate(now)).forEach(ScrapeConnection::close);
            } catch (Throwable e) {
                // Errors too: the port has to go on as soon as there is memory again, or a file.
                LOG.debug("the metrics' port has failed for a moment", e);
                pause();
            }
        }
        end();
    }

    private void serve(SelectionKey key, long now) {
        if (key.attachment() instanceof ScrapeConnection client) {
            client.proceed();
        } else if (key.isValid() && key.isAcceptable()) {
            accept(now);
        }
    }

    private void accept(long now) {
        try {
            SocketChannel channel = listener.accept();
            if (channel != null) {
                open(channel, now);
            }
        } catch (IOException e) {
            // The process may have no more files open. The connections that are open go on, and end.
            LOG.debug("a connection to the metrics' port could not be accepted", e);
            pause();
        }
    }

    private void open(SocketChannel channel, long now) throws IOException {
        List<ScrapeConnection> connections = connections();
        if (connections.size() >= MAX_CONNECTIONS) {
            connections.stream()
                    .max(Comparator.comparingLong(client -> client.age(now)))
                    .ifPresent(ScrapeConnection::close);
        }
        try {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new ScrapeConnection(key, text, now));
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private List<ScrapeConnection> connections() {
        List<ScrapeConnection> connections = new ArrayList<>();
        for (SelectionKey key : selector.keys()) {
            if (key.isValid() && key.attachment() instanceof ScrapeConnection client) {
                connections.add(client);
            }
        }
        return connections;
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            // Nobody interrupts it but a container that stops; what ends it is the close.
        }
    }

    private void end() {
        connections().forEach(ScrapeConnection::close);
        try {
            listener.close();
            selector.close();
        } catch (IOException e) {
            LOG.debug("the metrics' port could not be closed", e);
        }
    }
}
