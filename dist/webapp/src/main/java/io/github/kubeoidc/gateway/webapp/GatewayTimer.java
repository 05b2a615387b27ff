// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs tasks later, all of them on one thread. */
final class GatewayTimer implements AutoCloseable {
    private static final long STOP_SECONDS = 5;

    private final ScheduledThreadPoolExecutor executor;
    private volatile @Nullable Thread thread;

    /**
     * Has no thread before there is something to run.
     *
     * @param name the name of the thread
     */
    GatewayTimer(String name) {
        executor = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread timer = new Thread(task, name);
                    timer.setDaemon(true);
                    thread = timer;
                    return timer;
                },
                // No caller waits for a task that is submitted during shutdown.
                new ThreadPoolExecutor.DiscardPolicy());
        executor.setRemoveOnCancelPolicy(true);
    }

    ScheduledExecutorService executor() {
        return executor;
    }

    /** Drops what is scheduled and waits up to 5 s for the thread to end: Tomcat looks for threads as soon as this returns. */
    @Override
    public void close() {
        executor.shutdownNow();
        Thread last = thread;
        try {
            if (last != null) {
                TimeUnit.SECONDS.timedJoin(last, STOP_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
