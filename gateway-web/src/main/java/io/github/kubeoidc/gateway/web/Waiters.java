// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The requests that wait, by the future for which they do. A future keeps what is told of its end until it is complete, and that
 * may take minutes: here a request that is over is forgotten at once, so that clients that come and go while upstream hangs take up no heap.
 */
final class Waiters {
    private final Map<CompletableFuture<?>, Set<Waiter<?>>> waiting = new ConcurrentHashMap<>();

    /** Has the waiter told what the future brings, at once where it is complete. */
    <T> void add(CompletableFuture<T> future, Waiter<T> waiter) {
        boolean[] first = new boolean[1];
        waiting.compute(future, (key, others) -> {
            first[0] = others == null;
            Set<Waiter<?>> all = others == null ? ConcurrentHashMap.newKeySet() : others;
            all.add(waiter);
            return all;
        });
        if (first[0]) {
            future.whenComplete((value, failure) -> complete(future, value, failure));
        }
    }

    @SuppressWarnings("unchecked")
    private <T> void complete(CompletableFuture<T> future, T value, Throwable failure) {
        // A request that comes later finds the future complete.
        waiting.remove(future).forEach(waiter -> ((Waiter<T>) waiter).accept(value, failure));
    }

    /** How many wait for a future. */
    int count(CompletableFuture<?> future) {
        return waiting.getOrDefault(future, Set.of()).size();
    }

    /** Forgets a waiter that is over. */
    void remove(CompletableFuture<?> future, Waiter<?> waiter) {
        waiting.computeIfPresent(future, (key, others) -> {
            others.remove(waiter);
            return others;
        });
    }
}
