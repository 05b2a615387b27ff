// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import io.github.kubeoidc.gateway.conformance.process.Await;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does things again and again, and tells the seconds since it began. */
final class Schedule implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final String name;
    private final ScheduledExecutorService threads;
    private final long beginning = System.nanoTime();

    /**
     * Begins.
     *
     * @param name whose it is, for what it says of a task that fails
     * @param most how many tasks run at the same time
     */
    Schedule(String name, int most) {
        this.name = name;
        threads = Executors.newScheduledThreadPool(most);
    }

    double second() {
        return (System.nanoTime() - beginning) / 1e9;
    }

    /** Blocks until that second, if it is still to come. */
    void passUntil(double second) {
        pass(second - second());
    }

    /** Blocks for so many seconds. */
    void pass(double seconds) {
        Await.pace(Duration.ofNanos(Math.max(0, (long) (seconds * 1e9))));
    }

    /** Runs a task now, and again with each interval. */
    void every(Duration interval, Runnable task) {
        threads.scheduleAtFixedRate(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException | AssertionError e) {
                        // An exception would end the schedule; what is missing is seen in the report.
                        System.err.println(name + ": " + e);
                    }
                },
                0,
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** Interrupts the tasks, and blocks until they have ended. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
