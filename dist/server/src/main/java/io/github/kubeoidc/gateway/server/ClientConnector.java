// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.webapp.Refusals;
import io.github.kubeoidc.gateway.webapp.Refusals.Reason;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections, and closes the longest-idle one where there are too many. Each second it closes those whose time is
 * over: Jetty has no deadline for a whole request or a whole answer, as its idle timeout begins anew with every byte.
 */
final class ClientConnector extends ServerConnector implements SelectorManager.AcceptListener {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnector.class);

    /** How often to look whether connections that are being closed are gone. */
    private static final Duration ROOM_POLL = Duration.ofNanos(100_000);

    /** How many connections make room at a time where no file can be opened: what a fetch and a stored document need. */
    private static final int FILES_ROOM = 8;

    /** How many connections beyond the cap may be on their way in or out. */
    static final int IN_TRANSIT = 64;

    /** How long no connection is accepted after files were freed: the upstream client needs them, for a socket and the token. */
    private static final Duration FILES_PAUSE = Duration.ofMillis(10);

    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);
    private static final int SELECTORS = Math.min(Runtime.getRuntime().availableProcessors(), 4);
    private static final int BACKLOG = 1024;

    /** The kernel's buffers, which it doubles: it would let them grow to 4 MiB for a client that never reads. */
    private static final int SOCKET_BUFFER_BYTES = 16 * 1024;

    private final int maxConnections;
    private final Duration idleTimeout;
    private final Refusals refusals;
    private final HeldMemory memory;
    private final Set<SelectableChannel> arriving = ConcurrentHashMap.newKeySet();

    /** Creates it for so many connections at a time, whose requests in progress may hold so much heap together. */
    ClientConnector(
            Server server,
            ConnectionFactory http,
            int maxConnections,
            long maxHeldBytes,
            Duration idleTimeout,
            Refusals refusals) {
        super(server, 1, SELECTORS, http);
        this.maxConnections = maxConnections;
        this.idleTimeout = idleTimeout;
        this.refusals = refusals;
        this.memory = new HeldMemory(maxHeldBytes, this::clients, client -> refuse(client, Reason.MEMORY));
        // The sweep closes idle connections, without a timer for each.
        setIdleTimeout(0);
        setAcceptQueueSize(BACKLOG);
        setAcceptedSendBufferSize(SOCKET_BUFFER_BYTES);
        setAcceptedReceiveBufferSize(SOCKET_BUFFER_BYTES);
        getSelectorManager().addEventListener(this);
    }

    /** Accepts no more, waits for requests in progress for so long at most, closes all and returns how many it cut. */
    long finish(Duration bound) {
        // Jetty would close a connection whose request waits for longer.
        setShutdownIdleTimeout(2 * bound.toMillis());
        // From now on each answer is its connection's last.
        shutdown();
        long end = System.nanoTime() + bound.toNanos();
        long left;
        while ((left = clients().filter(ClientEndPoint::isUnfinished).count()) > 0 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(ROOM_POLL.toNanos());
        }
        // Jetty would answer unfinished heads with 500.
        clients().forEach(ClientEndPoint::abort);
        return left;
    }

    private Stream<ClientEndPoint> clients() {
        return getConnectedEndPoints().stream().map(ClientEndPoint.class::cast);
    }

    /** How many connections take up memory: those that are open, come or go. */
    int held() {
        return arriving.size() + getConnectedEndPoints().size();
    }

    @Override
    public void onAccepting(SelectableChannel channel) {
        arriving.add(channel);
    }

    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        arriving.remove(channel);
    }

    @Override
    protected void onEndPointOpened(EndPoint client) {
        super.onEndPointOpened(client);
        // Jetty calls it accepted before it is open. Removed then, it would not be counted for a moment, and no other
        // connection would make room.
        arriving.remove(((ClientEndPoint) client).getChannel());
    }

    /** Opens a connection on the selector's thread: Jetty would wake another one for it, and the selector once more after that. */
    @Override
    protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
        return new ServerConnectorManager(executor, scheduler, selectors) {
            @Override
            protected void execute(Runnable task) {
                // What opens a connection is the only update of a selector that is a task too.
                if (task instanceof ManagedSelector.SelectorUpdate) {
                    task.run();
                } else {
                    super.execute(task);
                }
            }
        };
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        return new ClientEndPoint(channel, selector, key, getScheduler(), memory::onHeld);
    }

    /**
     * Accepts a connection. A flood would be accepted faster than others are closed, so that few may be on their way; but not
     * one at a time, which is slower than the kernel's queue fills up.
     */
    @Override
    public void accept(int acceptorId) throws IOException {
        int transit = Math.min(IN_TRANSIT, maxConnections);
        while (isRunning()
                && (!makeRoom(maxConnections, Reason.SURPLUS)
                        || !isOpen()
                        || arriving.size() >= transit
                        || held() >= maxConnections + transit)) {
            LockSupport.parkNanos(ROOM_POLL.toNanos());
        }
        super.accept(acceptorId);
    }

    /** The process may have no more files open: some connections make room. Nothing is lowered for longer than that. */
    @Override
    protected boolean handleAcceptFailure(Throwable failure) {
        if (!isOpen()) {
            return false;
        }
        if (failure instanceof IOException) {
            makeRoom(Math.max(held() - FILES_ROOM, held() / 2), Reason.NO_FILES);
        }
        LockSupport.parkNanos(FILES_PAUSE.toNanos());
        return true;
    }

    /**
     * Closes connections until no more than so many are open: those first that have had no whole request for longest, which
     * an unfinished head is not. Returns {@code false} where those that arrive have to be there first: one of them may be
     * idle, and else a request that is being answered would make room. To be called by the acceptor's thread alone: two at
     * once would choose the same connections.
     */
    private boolean makeRoom(int allowed, Reason reason) {
        if (held() <= allowed) {
            return true;
        }
        // Only this thread adds to those that arrive, so that what leaves them meanwhile is counted once.
        Set<SelectableChannel> coming = Set.copyOf(arriving);
        long open = coming.size()
                + clients()
                        .filter(client -> client.isOpen() && !coming.contains(client.getChannel()))
                        .count();
        for (; open > allowed; open--) {
            ClientEndPoint client = clients()
                    .filter(ClientEndPoint::isOpen)
                    .max(Comparator.comparing((ClientEndPoint candidate) -> !candidate.isAnswering())
                            .thenComparingLong(ClientEndPoint::age))
                    .orElse(null);
            if (client == null || client.isAnswering() && !coming.isEmpty()) {
                return false;
            }
            refuse(client, reason);
        }
        return true;
    }

    private void refuse(ClientEndPoint client, Reason reason) {
        refusals.add(reason);
        client.abort();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        sweep();
    }

    private void sweep() {
        try {
            clients().forEach(client -> {
                if (client.isLate()) {
                    refuse(client, Reason.SLOW);
                } else if (!client.isInProgress() && client.age() > idleTimeout.toNanos()) {
                    client.end();
                }
            });
            refusals.logAtMostOnceAMinute();
        } catch (RuntimeException | Error e) {
            // The next sweep finds what this one has left.
            LOG.warn("late connections could not be closed", e);
        } finally {
            if (isRunning()) {
                getScheduler().schedule(this::sweep, SWEEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }
}
