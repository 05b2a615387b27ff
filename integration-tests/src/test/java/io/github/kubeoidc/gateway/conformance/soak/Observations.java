// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What is seen in the course of a soak, by all of its threads, and above all what should not have been. */
final class Observations {

    private static final int KEPT = 40;
    private static final int LONGEST_MILLIS = 30_000;

    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
    private final AtomicLongArray answerMillis = new AtomicLongArray(LONGEST_MILLIS + 1);
    private final Queue<Double> latestMillis = new ConcurrentLinkedQueue<>();
    private final List<String> wrong = new ArrayList<>();
    private final AtomicInteger wrongs = new AtomicInteger();
    private final List<Phase> phases = new ArrayList<>();
    private final List<Duration> rotations = new ArrayList<>();
    private volatile long beginning = System.nanoTime();

    /** The load begins now, and so does the time. */
    void begin() {
        beginning = System.nanoTime();
    }

    /** How long the load has been going on. */
    double seconds() {
        return (System.nanoTime() - beginning) / 1e9;
    }

    void count(String what) {
        counts.computeIfAbsent(what, name -> new LongAdder()).increment();
    }

    long counted(String what) {
        LongAdder count = counts.get(what);
        return count == null ? 0 : count.sum();
    }

    /** Everything counted whose name begins in a certain way. */
    Map<String, Long> countedBy(String start) {
        Map<String, Long> found = new ConcurrentSkipListMap<>();
        counts.forEach((name, count) -> {
            if (name.startsWith(start)) {
                found.put(name.substring(start.length()), count.sum());
            }
        });
        return found;
    }

    /** A promise was broken. */
    synchronized void wrong(String what) {
        wrongs.incrementAndGet();
        if (wrong.size() < KEPT) {
            wrong.add(String.format(Locale.ROOT, "after %.1f s: %s", seconds(), what));
        }
    }

    /** What was wrong, the first of it only where it was much. */
    synchronized List<String> wrongs() {
        List<String> all = new ArrayList<>(wrong);
        if (wrongs.get() > wrong.size()) {
            all.add("and " + (wrongs.get() - wrong.size()) + " more");
        }
        return all;
    }

    /** How often a promise was broken. */
    int lost() {
        return wrongs.get();
    }

    /** A document was answered after that time. */
    void answeredAfter(Duration time) {
        latestMillis.add(time.toNanos() / 1e6);
        answerMillis.incrementAndGet((int) Math.min(time.toMillis(), LONGEST_MILLIS));
    }

    /** The times of the answers since the last call, in milliseconds, the shortest first. */
    double[] takeLatestMillis() {
        List<Double> taken = new ArrayList<>();
        for (Double millis = latestMillis.poll(); millis != null; millis = latestMillis.poll()) {
            taken.add(millis);
        }
        return taken.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    /** The time that such a part of all answers took no longer than, in milliseconds. */
    int answerMillis(double part) {
        long all = 0;
        for (int i = 0; i <= LONGEST_MILLIS; i++) {
            all += answerMillis.get(i);
        }
        long wanted = (long) Math.ceil(all * part);
        long seen = 0;
        for (int i = 0; i <= LONGEST_MILLIS; i++) {
            seen += answerMillis.get(i);
            if (seen >= wanted && seen > 0) {
                return i;
            }
        }
        return LONGEST_MILLIS;
    }

    synchronized void phase(Phase phase) {
        phases.add(phase);
    }

    synchronized List<Phase> phases() {
        return List.copyOf(phases);
    }

    /** A new key set was served that long after upstream had begun to publish it. */
    synchronized void rotatedAfter(Duration time) {
        rotations.add(time);
    }

    synchronized List<Duration> rotations() {
        return List.copyOf(rotations);
    }

    /** A stretch of time in which upstream was of one mind. */
    record Phase(FaultPhase kind, double from, double to) {}

    /** How upstream is, over some seconds. */
    enum FaultPhase {
        /** All is well. */
        CALM,
        /** Another fault every few hundred milliseconds, and now and then none. */
        STORM,
        /** One and the same fault all the time. */
        OUTAGE
    }
}
