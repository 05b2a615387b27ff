// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import io.github.kubeoidc.gateway.cache.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;

/** Time that moves from one event to the next: the ticker, the scheduler and the wall clock of everything in a world. */
final class FastTime implements LongSupplier, Scheduler, InstantSource {
    private static final Instant BEGIN = Instant.parse("2027-01-01T00:00:00Z");

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private long now;
    private long numbers;

    private record Event(long at, long number, Runnable task) {}

    @Override
    public synchronized long getAsLong() {
        return now;
    }

    /** How much time has passed since the world began. */
    Duration passed() {
        return Duration.ofNanos(getAsLong());
    }

    @Override
    public Instant instant() {
        return BEGIN.plus(passed());
    }

    @Override
    public synchronized void after(Duration delay, Runnable task) {
        events.add(new Event(now + delay.toNanos(), numbers++, task));
    }

    /** Lets time pass. After each event everything that it completed is seen to, before time moves on. */
    void pass(Duration time, Runnable afterEach) {
        long end = getAsLong() + time.toNanos();
        for (Event next = next(end); next != null; next = next(end)) {
            next.task.run();
            afterEach.run();
        }
    }

    private synchronized Event next(long end) {
        Event first = events.peek();
        if (first == null || first.at > end) {
            now = end;
            return null;
        }
        now = first.at;
        return events.poll();
    }

    /** Moves the clocks on while nothing happens: what was to happen happens that much later. */
    synchronized void skip(Duration time) {
        now += time.toNanos();
        Event[] all = events.toArray(new Event[0]);
        events.clear();
        for (Event event : all) {
            events.add(new Event(event.at + time.toNanos(), event.number, event.task));
        }
    }
}
