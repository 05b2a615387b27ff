// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.webapp.Refusals;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections, opens them on the selectors' threads, and looks each second at those that {@link ClientBounds} may have to
 * close.
 */
final class ClientConnector extends ServerConnector {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnector.class);

    /** How often to look whether connections that are being closed are gone. */
    private static final Duration ROOM_POLL = Duration.ofNanos(100_000);

    /** How long no connection is accepted after files were freed: the upstream client needs them, for a socket and the token. */
    private static final Duration FILES_PAUSE = Duration.ofMillis(10);

    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

    /** One for each second processor: two on two processors take an eighth more processor time, as they wake each other. */
    private static final int SELECTORS =
            Math.max(1, Math.min(Runtime.getRuntime().availableProcessors() / 2, 4));

    private static final int BACKLOG = 1024;

    /** Jetty's word for it: no thread accepts, as one would have to wake a selector for each connection. */
    private static final int SELECTORS_ACCEPT = 0;

    /** How many connections a selector accepts before it looks at those that are open. */
    private static final int ACCEPTED_AT_A_TIME = 32;

    /** The kernel's buffers, which it doubles: it would let them grow to 4 MiB for a client that never reads. */
    private static final int SOCKET_BUFFER_BYTES = 16 * 1024;

    private final ClientBounds bounds;

    /** Creates it for so many connections at a time, whose requests in progress may hold so much heap together. */
    ClientConnector(
            Server server,
            ConnectionFactory http,
            int maxConnections,
            long maxHeldBytes,
            Duration idleTimeout,
            Refusals refusals) {
        super(server, SELECTORS_ACCEPT, SELECTORS, http);
        this.bounds =
                new ClientBounds(this::getConnectedEndPoints, maxConnections, maxHeldBytes, idleTimeout, refusals);
        setAcceptQueueSize(BACKLOG);
        setAcceptedSendBufferSize(SOCKET_BUFFER_BYTES);
        setAcceptedReceiveBufferSize(SOCKET_BUFFER_BYTES);
    }

    /** Accepts no more, waits for requests in progress for so long at most, closes all and returns how many it cut. */
    long finish(Duration bound) {
        // Jetty would close a connection whose request waits for longer.
        setShutdownIdleTimeout(2 * bound.toMillis());
        // From now on each answer is its connection's last.
        shutdown();
        return bounds.finish(bound);
    }

    /** How many connections take up memory: those that are open, come or go. */
    int held() {
        return bounds.cap().held();
    }

    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        return new Selectors(executor, scheduler, selectors);
    }

    /** Jetty's own would have a timer. The sweep closes idle connections, without one for each. */
    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        return new ClientEndPoint(channel, selector, key, getScheduler(), bounds::onHeld, System::nanoTime);
    }

    /** Jetty leaves the port open where selectors accept. */
    @Override
    public void close() {
        super.close();
        IO.close((Closeable) getTransport());
        // A selector closes it, in its next turn.
        getBean(Selectors.class).inNextTurn(registry -> {});
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        sweep();
    }

    private void sweep() {
        try {
            bounds.closeLate();
        } catch (RuntimeException | Error e) {
            // The next sweep finds what this one has left.
            LOG.warn("late connections could not be closed", e);
        } finally {
            if (isRunning()) {
                getScheduler().schedule(this::sweep, SWEEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    /**
     * Opens accepted connections on the selectors' threads. Jetty's own would wake another thread for each, and with that its
     * selector once more: a fifth of the processor time of a new connection.
     */
    final class Selectors extends ServerConnectorManager {
        private int accepted;

        Selectors(Executor executor, Scheduler scheduler, int selectors) {
            super(executor, scheduler, selectors);
        }

        /** Jetty calls it until it returns null, and anew in each turn while connections wait to be accepted. */
        @Override
        protected @Nullable SelectableChannel doAccept(SelectableChannel port) {
            SelectableChannel channel = accepted < ACCEPTED_AT_A_TIME ? acceptOne(port) : null;
            accepted = channel == null ? 0 : accepted + 1;
            return channel;
        }

        private @Nullable SelectableChannel acceptOne(SelectableChannel port) {
            try {
                if (bounds.cap().makeRoom()) {
                    return super.doAccept(port);
                }
                LockSupport.parkNanos(ROOM_POLL.toNanos());
            } catch (IOException e) {
                if (port.isOpen()) {
                    bounds.cap().onNoFiles();
                    pause();
                }
            }
            return null;
        }

        /** Accepts nothing for a while. It does not wait here: clients have their turns meanwhile. */
        private void pause() {
            lookAtPortFor(0);
            getScheduler()
                    .schedule(
                            () -> lookAtPortFor(SelectionKey.OP_ACCEPT), FILES_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }

        /** Has the selector that looks at the port look for these operations from its next turn on. */
        private void lookAtPortFor(int operations) {
            SelectableChannel port = (SelectableChannel) getTransport();
            inNextTurn(registry -> {
                SelectionKey key = port.keyFor(registry);
                if (key != null && key.isValid()) {
                    key.interestOps(operations);
                }
            });
        }

        private void inNextTurn(ManagedSelector.SelectorUpdate update) {
            getBeans(ManagedSelector.class).forEach(selector -> selector.submit(update));
        }

        @Override
        public void accept(SelectableChannel channel, Object attachment) {
            bounds.cap().onAccepted(channel);
            ManagedSelector selector = chooseSelector();
            selector.submit(registry -> open(channel, selector, registry));
        }

        /** Opens an accepted connection. Its selector calls it, between two looks at those that are open. */
        private void open(SelectableChannel channel, ManagedSelector selector, Selector registry) {
            Closeable failed = channel;
            try {
                SelectionKey key = channel.register(registry, 0);
                SocketChannelEndPoint client = newEndPoint(channel, selector, key);
                Connection connection = newConnection(channel, client, null);
                client.setConnection(connection);
                key.attach(client);
                failed = client;
                // From here to updateKey Jetty only collects what the connection waits for. Else the selector would
                // take another turn for it.
                client.onSelected();
                client.onOpen();
                endPointOpened(client);
                connectionOpened(connection, null);
                client.updateKey();
                failed = null;
            } catch (IOException | RuntimeException e) {
                LOG.debug("an accepted connection could not be opened", e);
            } finally {
                IO.close(failed);
                // Only now: it would not be counted for a moment, and no other connection would make room.
                bounds.cap().onArrived(channel);
            }
        }

        /**
         * Ends a closed connection on the thread that closes it, where that allows it. Jetty's own would wake another thread
         * for each: a sixth of the processor time of a new connection.
         */
        @Override
        protected void execute(Runnable end) {
            if (Invocable.isNonBlockingInvocation()) {
                end.run();
            } else {
                super.execute(end);
            }
        }

        /** Its connection has given its buffers back. */
        @Override
        protected void endPointClosed(EndPoint client) {
            super.endPointClosed(client);
            ((ClientEndPoint) client).forgetIfClosed();
        }
    }
}
