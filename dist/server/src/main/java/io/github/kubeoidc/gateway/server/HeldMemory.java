// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
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
    private final Consumer<ClientEndPoint> close;
    private final AtomicLong begun = new AtomicLong();
    private volatile long free;

    HeldMemory(long maxBytes, Supplier<Stream<ClientEndPoint>> open, Consumer<ClientEndPoint> close) {
        this.maxBytes = maxBytes;
        this.open = open;
        this.close = close;
        this.free = maxBytes;
    }

    /** A client begins to hold so many bytes. */
    void onHeld(long bytes) {
        if (begun.addAndGet(bytes) > free) {
            // Outside of the lock: the end of a request runs code of the callers that wait for it.
            takeSurplus().forEach(close);
        }
    }

    private synchronized List<ClientEndPoint> takeSurplus() {
        if (begun.get() <= free) {
            return List.of();
        }
        begun.set(0);
        List<Holding> oldestFirst = open.get()
                // A closed connection keeps its unfinished head until the selector's next turn.
                .filter(client -> client.isOpen() || client.progress().isReceiving())
                .map(client -> new Holding(
                        client, client.progress().since(), client.progress().heldHeap()))
                .filter(holding -> holding.bytes > 0)
                .sorted(Comparator.comparingLong(Holding::since))
                .toList();
        long held = oldestFirst.stream().mapToLong(Holding::bytes).sum();
        // A quarter of the bound at once, so that not every new request makes this look at all connections.
        long enough = held > maxBytes ? maxBytes - maxBytes / 4 : maxBytes;
        int surplus = 0;
        for (; held > enough && surplus < oldestFirst.size() - 1; surplus++) {
            held -= oldestFirst.get(surplus).bytes;
        }
        // Where nearly all is held, not every request makes this look either: between two looks an eighth more may be
        // held.
        free = Math.max(maxBytes - held, maxBytes / 8);
        return oldestFirst.subList(0, surplus).stream().map(Holding::client).toList();
    }

    /** A connection's state at one moment: it changes while connections are sorted. */
    private record Holding(ClientEndPoint client, long since, long bytes) {}
}
