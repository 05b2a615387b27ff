// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer whose deadlines of one length pass when the test says so; the others are those of connections. */
final class ManualTimer extends ScheduledThreadPoolExecutor implements AutoCloseable {
    private final List<Deadline> deadlines = new CopyOnWriteArrayList<>();

    record Deadline(Duration delay, Runnable task, ScheduledFuture<?> future) {}

    private final Duration manual;

    ManualTimer(Duration manual) {
        super(1);
        this.manual = manual;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        if (unit.toNanos(delay) != manual.toNanos()) {
            return super.schedule(task, delay, unit);
        }
        ScheduledFuture<?> future = super.schedule(task, 1000, TimeUnit.DAYS);
        deadlines.add(new Deadline(Duration.ofNanos(unit.toNanos(delay)), task, future));
        return future;
    }

    List<Deadline> deadlines() {
        return deadlines;
    }

    /** Lets the deadlines pass that nobody has cancelled. */
    void expire() {
        deadlines.stream().filter(deadline -> !deadline.future.isCancelled()).forEach(deadline -> deadline.task.run());
    }

    @Override
    public void close() {
        shutdownNow();
    }
}
