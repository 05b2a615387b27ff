// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that may block for ever, such as opening a file on a mount that hangs. At most one call is in progress. Callers that
 * come meanwhile share its outcome, and all of them stop waiting at the same moment: when the call has lasted for its patience.
 *
 * @param <T> what the call returns
 */
final class BlockingCall<T> {
    private final Callable<T> call;
    private final Executor executor;
    private final long patienceNanos;
    private final BiConsumer<@Nullable T, @Nullable Throwable> ended;

    private CompletableFuture<T> current = CompletableFuture.failedFuture(new IllegalStateException("never called"));
    private long begun;

    /**
     * Calls nothing yet.
     *
     * @param call what to call
     * @param executor has a thread for the call at any time
     * @param patienceNanos how long a call may take before its callers go on without it
     * @param ended gets the outcome of each call, in the thread that made it, though its callers have gone on
     */
    BlockingCall(
            Callable<T> call,
            Executor executor,
            long patienceNanos,
            BiConsumer<@Nullable T, @Nullable Throwable> ended) {
        this.call = call;
        this.executor = executor;
        this.patienceNanos = patienceNanos;
        this.ended = ended;
    }

    /** Begins a call unless one is in progress, and does not wait for it. */
    synchronized CompletableFuture<T> begin() {
        if (current.isDone()) {
            CompletableFuture<T> next = new CompletableFuture<>();
            begun = System.nanoTime();
            next.whenComplete(ended);
            current = next;
            try {
                executor.execute(() -> {
                    try {
                        next.complete(call.call());
                    } catch (Throwable e) {
                        next.completeExceptionally(e);
                    }
                });
            } catch (RuntimeException | Error e) {
                // The system had no thread for it. A call that never ended would be the last one.
                next.completeExceptionally(e);
            }
        }
        return current;
    }

    /**
     * Returns what the call returns.
     *
     * @throws TimeoutException if it is in progress for too long
     * @throws ExecutionException if it failed
     */
    T get() throws TimeoutException, ExecutionException, InterruptedException {
        CompletableFuture<T> outcome;
        long patienceLeft;
        synchronized (this) {
            outcome = begin();
            patienceLeft = begun + patienceNanos - System.nanoTime();
        }
        return outcome.get(patienceLeft, TimeUnit.NANOSECONDS);
    }
}
