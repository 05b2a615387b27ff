// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections and bounds what slow or greedy clients can hold. Jetty has no deadline for a whole request or a whole
 * answer: its idle timeout begins anew with every byte. A sweep over the connections each second closes those that are late.
 */
final class BoundedConnector extends ServerConnector {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedConnector.class);

    /** The most connections at a time; one more closes the one that has been idle for longest. */
    static final int MAX_CONNECTIONS = 10_000;

    /** How long a request may take from its first byte to its last, and an answer until the client has taken it. */
    static final Duration MESSAGE_BOUND = Duration.ofSeconds(10);

    /** How long a connection may be open without a request. */
    static final Duration IDLE_BOUND = Duration.ofSeconds(60);

    /** How many connections beyond the cap may be on their way in or out before no more are accepted for the moment. */
    static final int IN_TRANSIT = 64;

    private static final Duration TRANSIT_POLL = Duration.ofMillis(1);
    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);
    private static final int SELECTORS = Math.min(Runtime.getRuntime().availableProcessors(), 4);
    private static final int BACKLOG = 1024;

    /** The kernel's buffer for answers to one connection; by itself it would grow to 4 MiB for a client that never reads. */
    static final int SEND_BUFFER_BYTES = 128 * 1024;

    private final ClientMemory memory;
    private final Object room = new Object();
    private final Set<SelectableChannel> arriving = ConcurrentHashMap.newKeySet();
    private volatile int maxConnections;

    /**
     * Creates it, not yet started.
     *
     * @param maxConnections the most connections at a time
     * @param maxBytes the most memory for requests that do not end or that wait, and the most for answers that their clients
     *     do not take
     */
    BoundedConnector(Server server, int maxConnections, long maxBytes, ConnectionFactory http) {
        super(server, 1, SELECTORS, http);
        this.maxConnections = maxConnections;
        this.memory = new ClientMemory(maxBytes, this::endPoints);
        setIdleTimeout(IDLE_BOUND.toMillis());
        setAcceptQueueSize(BACKLOG);
        setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
        getSelectorManager().addEventListener(new Arrivals());
    }

    /**
     * Accepts no more connections and waits until the requests in flight are answered.
     *
     * @return how many were not, within the bound
     */
    int finish(Duration bound) throws InterruptedException {
        try {
            shutdown().get(bound.toNanos(), TimeUnit.NANOSECONDS);
            return 0;
        } catch (TimeoutException e) {
            return (int) endPoints().filter(BoundedEndPoint::isHandling).count();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Accepts a connection, once those before have been dealt with: a flood would be accepted faster than it is closed. */
    @Override
    public void accept(int acceptorId) throws IOException {
        while (held() >= maxConnections + IN_TRANSIT && isRunning()) {
            LockSupport.parkNanos(TRANSIT_POLL.toNanos());
        }
        super.accept(acceptorId);
    }

    /**
     * Makes room where a connection could not be accepted, as the process may have no more files open: fewer connections are
     * allowed from then on, so that upstream and its token can still be asked for.
     */
    @Override
    protected boolean handleAcceptFailure(Throwable failure) {
        if (!isRunning()
                || !isOpen()
                || !(failure instanceof IOException)
                || failure instanceof ClosedChannelException) {
            return super.handleAcceptFailure(failure);
        }
        int held = held();
        int allowed = Math.max(Math.max(held - IN_TRANSIT, held / 2), 1);
        if (allowed < maxConnections) {
            maxConnections = allowed;
            LOG.warn("no connection could be accepted: {}; {} are allowed from now on", failure.getMessage(), allowed);
        }
        makeRoom(null);
        LockSupport.parkNanos(TRANSIT_POLL.toNanos());
        return true;
    }

    /** How many connections take up memory: those that are open, come or go. */
    int held() {
        return arriving.size() + getConnectedEndPoints().size();
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        BoundedEndPoint endPoint = new BoundedEndPoint(channel, selector, key, getScheduler(), memory);
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    @Override
    protected void onEndPointClosed(EndPoint closed) {
        super.onEndPointClosed(closed);
        ((BoundedEndPoint) closed).isGone();
    }

    @Override
    protected void onEndPointOpened(EndPoint opened) {
        super.onEndPointOpened(opened);
        if (getConnectedEndPoints().size() > maxConnections) {
            makeRoom(opened);
        }
    }

    /** One at a time: two selectors at once would find the same connection to be the longest-idle one. */
    private void makeRoom(@Nullable EndPoint opened) {
        synchronized (room) {
            // Those that were chosen before may still be counted among the connected.
            long surplus = endPoints().filter(BoundedEndPoint::isOpen).count() - maxConnections;
            for (; surplus > 0; surplus--) {
                endPoints()
                        .filter(endPoint -> endPoint != opened && endPoint.isOpen())
                        .max(Comparator.comparing((BoundedEndPoint endPoint) -> !endPoint.isHandling())
                                .thenComparingLong(BoundedEndPoint::getIdleFor))
                        .ifPresent(BoundedEndPoint::close);
            }
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        scheduleSweep();
    }

    private void scheduleSweep() {
        getScheduler().schedule(this::sweep, SWEEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        long bound = MESSAGE_BOUND.toNanos();
        endPoints()
                .filter(endPoint -> endPoint.isSlowerThan(bound))
                .forEach(endPoint -> endPoint.close(new TimeoutException("slow client")));
        if (isRunning()) {
            scheduleSweep();
        }
    }

    private Stream<BoundedEndPoint> endPoints() {
        return getConnectedEndPoints().stream().map(BoundedEndPoint.class::cast);
    }

    /** Knows of the connections that have been accepted and that no selector has taken up yet. */
    private final class Arrivals implements SelectorManager.AcceptListener {
        @Override
        public void onAccepting(SelectableChannel channel) {
            arriving.add(channel);
        }

        @Override
        public void onAccepted(SelectableChannel channel) {
            arriving.remove(channel);
        }

        @Override
        public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
            arriving.remove(channel);
        }
    }
}
