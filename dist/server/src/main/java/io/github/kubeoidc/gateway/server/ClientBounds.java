// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.webapp.Refusals;
import io.github.kubeoidc.gateway.webapp.Refusals.Reason;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.jetty.io.EndPoint;

/**
 * Closes the clients that go beyond a bound, and counts them: of the number of connections ({@link ConnectionCap}), of heap
 * ({@link HeldMemory}) and of time, which is looked at here. Jetty has no deadline for a whole request or a whole answer, as
 * its idle timeout begins anew with every byte.
 */
final class ClientBounds {
    /** How often to look whether requests in progress are answered: each look is one at every connection. */
    private static final Duration FINISH_POLL = Duration.ofMillis(10);

    private final Supplier<? extends Collection<EndPoint>> open;
    private final Duration idleTimeout;
    private final Refusals refusals;
    private final ConnectionCap cap;
    private final HeldMemory memory;
    private volatile boolean finishing;

    /**
     * Creates them.
     *
     * @param open the connections that are there
     * @param maxConnections how many there may be
     * @param maxHeldBytes how much heap requests in progress may hold together
     * @param idleTimeout how long a connection may be without a request
     */
    ClientBounds(
            Supplier<? extends Collection<EndPoint>> open,
            int maxConnections,
            long maxHeldBytes,
            Duration idleTimeout,
            Refusals refusals) {
        this.open = open;
        this.idleTimeout = idleTimeout;
        this.refusals = refusals;
        this.cap = new ConnectionCap(maxConnections, open, this::refuse);
        this.memory = new HeldMemory(maxHeldBytes, this::clients, client -> refuse(client, Reason.MEMORY));
    }

    ConnectionCap cap() {
        return cap;
    }

    /** A client begins to hold so many bytes of heap. */
    void onHeld(long bytes) {
        memory.onHeld(bytes);
    }

    private Stream<ClientEndPoint> clients() {
        return open.get().stream().map(ClientEndPoint.class::cast);
    }

    /**
     * Waits for requests in progress for so long at most, closes all clients and returns how many requests it cut. Those that
     * are late are among them: nobody else would tell of them.
     */
    long finish(Duration bound) {
        finishing = true;
        long end = System.nanoTime() + bound.toNanos();
        long left;
        while ((left = unfinished()) > 0 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(FINISH_POLL.toNanos());
        }
        // Jetty would answer unfinished heads with 500.
        clients().forEach(ClientEndPoint::abort);
        return left;
    }

    /** How many requests are in progress, or have an answer that may still be on its way. */
    private long unfinished() {
        return clients().filter(ClientEndPoint::isUnfinished).count();
    }

    /** Closes those whose time is over, and logs how many clients were closed or refused. To be called once a second. */
    void closeLate() {
        clients().forEach(client -> {
            ClientProgress progress = client.progress();
            if (progress.isLate() && !finishing) {
                refuse(client, Reason.SLOW);
            } else if (progress.hasLingered()) {
                client.abort();
            } else if (!progress.isInProgress() && progress.age() > idleTimeout.toNanos()) {
                client.end();
            }
        });
        refusals.logAtMostOnceAMinute();
    }

    void refuse(ClientEndPoint client, Reason reason) {
        if (client.isOpen() && client.claimRefusal()) {
            refusals.add(reason);
        }
        // The thread that has claimed it may have failed to end it.
        client.abort();
    }
}
