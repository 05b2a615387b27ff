// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.server.Refusals.Reason;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Bounds the heap that all requests in progress hold together: heads that come, answers that are awaited and answers that are
 * not taken. What is held is never added up over time: it is asked of the open connections whenever as much has begun since
 * the last look as would exceed the bound. Beyond the bound those that have been in progress for longest are closed.
 */
final class HeldMemory {
    private final long maxBytes;
    private final Supplier<Stream<ClientEndPoint>> open;
    private final Refusals refusals;
    private final AtomicLong begun = new AtomicLong();
    private volatile long free;

    /**
     * Creates it.
     *
     * @param maxBytes the bound
     * @param open the open connections
     */
    HeldMemory(long maxBytes, Supplier<Stream<ClientEndPoint>> open, Refusals refusals) {
        this.maxBytes = maxBytes;
        this.open = open;
        this.refusals = refusals;
        this.free = maxBytes;
    }

    /** A client begins to hold so many bytes. */
    void onHeld(long bytes) {
        if (begun.addAndGet(bytes) > free) {
            bound();
        }
    }

    private synchronized void bound() {
        if (begun.get() <= free) {
            return;
        }
        begun.set(0);
        List<Holding> oldestFirst = open.get()
                .filter(ClientEndPoint::isInProgress)
                .map(Holding::of)
                .sorted(Comparator.comparingLong(Holding::age).reversed())
                .toList();
        long held = oldestFirst.stream().mapToLong(Holding::bytes).sum();
        if (held > maxBytes) {
            // A quarter of the bound at once, so that there is not a look at all connections for each that comes.
            for (Holding oldest : oldestFirst.subList(0, oldestFirst.size() - 1)) {
                if (held <= maxBytes - maxBytes / 4) {
                    break;
                }
                refusals.add(Reason.MEMORY);
                oldest.client.abort();
                held -= oldest.bytes;
            }
        }
        free = Math.max(maxBytes - held, maxBytes / 8);
    }

    /** A connection's state at one moment: it changes while connections are sorted. */
    private record Holding(ClientEndPoint client, long age, long bytes) {
        static Holding of(ClientEndPoint client) {
            return new Holding(client, System.nanoTime() - client.inProgressSince(), client.heldHeap());
        }
    }
}
