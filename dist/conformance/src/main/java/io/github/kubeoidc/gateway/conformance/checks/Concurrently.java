// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does things at the same time, or in the background, and measures how long they take. */
public final class Concurrently implements AutoCloseable {

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "check-client");
        thread.setDaemon(true);
        return thread;
    });

    /** Starts nothing yet. */
    public Concurrently() {}

    /**
     * Starts a task and goes on.
     *
     * @param <T> what it gives
     * @param task the task
     * @return its result
     */
    public <T> Future<T> start(Callable<T> task) {
        return threads.submit(task);
    }

    /**
     * Starts the same task so many times at one moment and goes on.
     *
     * @param <T> what it gives
     * @param times how many times
     * @param task the task
     * @return the results
     */
    public <T> List<Future<T>> start(int times, Callable<T> task) {
        CyclicBarrier gun = new CyclicBarrier(times);
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            futures.add(start(() -> {
                gun.await();
                return task.call();
            }));
        }
        return futures;
    }

    /** Waits for answers, and expects that all have this status. */
    static void answered(int status, List<Future<RawResponse>> futures) throws Exception {
        for (RawResponse response : results(futures)) {
            Expect.that(response).status(status);
        }
    }

    /** Waits for results; a failed assertion comes out as itself. */
    static <T> List<T> results(List<Future<T>> futures) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(result(future));
        }
        return results;
    }

    static <T> T result(Future<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
    }

    static double secondsSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e9;
    }

    /** How long a task takes. */
    static Duration time(Runnable task) {
        long start = System.nanoTime();
        task.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
