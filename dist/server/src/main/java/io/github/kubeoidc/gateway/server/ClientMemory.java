// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Bounds the memory that clients make the gateway hold: requests that do not end or that wait, and answers that nobody takes.
 * Each alone is small, but the heap has no room for as many as there may be connections.
 */
final class ClientMemory {
    /** Closing a few more than has to be saves looking at all connections for each that comes. */
    private static final double LOW_WATER = 0.75;

    private final long maxBytes;
    private final Supplier<Stream<BoundedEndPoint>> endPoints;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();

    /**
     * Creates it.
     *
     * @param maxBytes the most memory for requests, and the most for answers
     * @param endPoints the open connections
     */
    ClientMemory(long maxBytes, Supplier<Stream<BoundedEndPoint>> endPoints) {
        this.maxBytes = maxBytes;
        this.endPoints = endPoints;
    }

    /** Takes note of memory that is held for requests, or no longer, by a negative number. */
    void addRequests(long bytes) {
        requests.addAndGet(bytes);
    }

    /** Takes note of memory that is held for answers, or no longer, by a negative number. */
    void addAnswers(long bytes) {
        answers.addAndGet(bytes);
    }

    boolean hasRoomForRequests() {
        return requests.get() <= maxBytes;
    }

    /** Closes those whose unfinished requests are the largest. An honest one is small, and comes in one piece. */
    void boundRequests() {
        if (hasRoomForRequests()) {
            return;
        }
        synchronized (this) {
            if (hasRoomForRequests()) {
                return;
            }
            List<BoundedEndPoint> largestFirst = endPoints
                    .get()
                    .filter(BoundedEndPoint::isReceiving)
                    .sorted(Comparator.comparingInt(BoundedEndPoint::requestBytes)
                            .reversed())
                    .toList();
            for (BoundedEndPoint endPoint : largestFirst) {
                if (requests.get() <= maxBytes * LOW_WATER) {
                    return;
                }
                endPoint.close(new TimeoutException("greedy client"));
            }
        }
    }

    /** Closes those whose answers have waited for longest. Whoever reads is not among them: such answers are taken at once. */
    void boundAnswers() {
        if (answers.get() <= maxBytes) {
            return;
        }
        synchronized (this) {
            long now = System.nanoTime();
            List<BoundedEndPoint> oldestFirst = endPoints
                    .get()
                    .filter(BoundedEndPoint::isWriting)
                    .sorted(Comparator.comparingLong(endPoint -> endPoint.writtenAt() - now))
                    .toList();
            for (int i = 0; i < oldestFirst.size() - 1 && answers.get() > maxBytes; i++) {
                oldestFirst.get(i).close(new TimeoutException("greedy client"));
            }
        }
    }
}
