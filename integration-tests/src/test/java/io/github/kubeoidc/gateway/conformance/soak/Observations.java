// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** What is seen in the course of a soak, by all of its threads, and above all what should not have been. */
final class Observations {

    private static final int KEPT = 40;

    private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
    private final List<Double> answers = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final List<Phase> phases = new ArrayList<>();
    private int answersTaken;
    private int wrongs;
    private Duration slowestRotation = Duration.ZERO;
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
        Map<String, Long> found = new TreeMap<>();
        counts.forEach((name, count) -> {
            if (name.startsWith(start)) {
                found.put(name.substring(start.length()), count.sum());
            }
        });
        return found;
    }

    /** How much that is in all. */
    long sum(String start) {
        return countedBy(start).values().stream().mapToLong(Long::longValue).sum();
    }

    /** A promise was broken. */
    synchronized void wrong(String what) {
        wrongs++;
        if (wrong.size() < KEPT) {
            wrong.add(String.format(Locale.ROOT, "after %.1f s: %s", seconds(), what));
        }
    }

    /** What was wrong, the first of it only where it was much. */
    synchronized List<String> wrongs() {
        List<String> all = new ArrayList<>(wrong);
        if (wrongs > wrong.size()) {
            all.add("and " + (wrongs - wrong.size()) + " more");
        }
        return all;
    }

    /** How often a promise was broken. */
    synchronized int lost() {
        return wrongs;
    }

    /** A document was answered after that time. */
    synchronized void answeredAfter(Duration time) {
        answers.add(time.toNanos() / 1e6);
    }

    /** The times of the answers since the last call, in milliseconds, the shortest first. */
    synchronized double[] takeLatestMillis() {
        double[] latest = sorted(answers.subList(answersTaken, answers.size()));
        answersTaken = answers.size();
        return latest;
    }

    /** The time that such a part of all answers took no longer than, in whole milliseconds. */
    synchronized long answerMillis(double part) {
        double[] all = sorted(answers);
        if (all.length == 0) {
            throw new AssertionError("no document was answered");
        }
        return (long) all[(int) Math.ceil(all.length * part) - 1];
    }

    private static double[] sorted(List<Double> millis) {
        return millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    synchronized void phase(Phase phase) {
        phases.add(phase);
    }

    synchronized List<Phase> phases() {
        return List.copyOf(phases);
    }

    /** A new key set was served that long after upstream had begun to publish it. */
    synchronized void rotatedAfter(Duration time) {
        slowestRotation = time.compareTo(slowestRotation) > 0 ? time : slowestRotation;
    }

    synchronized Duration slowestRotation() {
        return slowestRotation;
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
