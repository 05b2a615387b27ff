// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;

/** Time that moves only when a test moves it: the ticker and the delayer of a cache, in step with each other. */
final class ManualClock implements LongSupplier, Scheduler {
    // A monotonic clock may begin anywhere and overflow: this one does so two seconds after its begin.
    private long now = Long.MAX_VALUE - Duration.ofSeconds(2).toNanos();

    private final List<Due> delayed = new ArrayList<>();
    private Runnable afterNextReading = () -> {};

    private record Due(long at, Runnable task) {}

    @Override
    public long getAsLong() {
        long read = now;
        Runnable event = afterNextReading;
        afterNextReading = () -> {};
        event.run();
        return read;
    }

    /** Lets something happen just after the code under test has looked at the clock the next time. */
    void afterNextReading(Runnable event) {
        afterNextReading = event;
    }

    @Override
    public void after(Duration delay, Runnable task) {
        delayed.add(new Due(now + delay.toNanos(), task));
    }

    void advance(Duration time) {
        advance(time.toNanos());
    }

    void advance(long nanos) {
        long end = now + nanos;
        while (true) {
            Due next = delayed.stream()
                    .filter(due -> due.at - end <= 0)
                    .min(Comparator.comparingLong(due -> due.at - end))
                    .orElse(null);
            if (next == null) {
                break;
            }
            delayed.remove(next);
            now = next.at;
            next.task.run();
        }
        now = end;
    }
}
