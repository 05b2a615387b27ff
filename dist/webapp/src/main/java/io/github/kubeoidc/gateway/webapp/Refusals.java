// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Counts the clients that a server closes or refuses, and logs how many. */
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final long LOG_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier ticker;
    private final LongAdder[] counts =
            Arrays.stream(Reason.values()).map(reason -> new LongAdder()).toArray(LongAdder[]::new);

    // Those that have been logged, and when the last ones were.
    private final long[] logged = new long[counts.length];
    private long loggedAt;

    /**
     * Begins with none.
     *
     * @param ticker a monotonic clock in nanoseconds
     */
    public Refusals(LongSupplier ticker) {
        this.ticker = ticker;
        this.loggedAt = ticker.getAsLong() - LOG_INTERVAL_NANOS;
    }

    /**
     * Counts a client.
     *
     * @param reason why it was closed or refused
     */
    public void add(Reason reason) {
        counts[reason.ordinal()].increment();
    }

    /** Logs the numbers since the last time, if there are any and that is a minute ago. */
    public synchronized void logAtMostOnceAMinute() {
        if (isWarningDue()) {
            logRest();
        }
    }

    private boolean isWarningDue() {
        return ticker.getAsLong() - loggedAt >= LOG_INTERVAL_NANOS;
    }

    /** Logs the numbers since the last time, if there are any: at the end nobody else does. It is no second warning in a minute. */
    public synchronized void logRest() {
        String refused = Arrays.stream(Reason.values())
                .map(reason -> reason.words + " " + takeNew(reason))
                .filter(words -> !words.endsWith(" 0"))
                .collect(Collectors.joining(", "));
        if (!refused.isEmpty()) {
            Level level = isWarningDue() ? Level.WARN : Level.INFO;
            loggedAt = ticker.getAsLong();
            LOG.atLevel(level).log("clients closed or refused: {}", refused);
        }
    }

    /** Returns how many clients there were since the last call. */
    private long takeNew(Reason reason) {
        long sum = counts[reason.ordinal()].sum();
        long number = sum - logged[reason.ordinal()];
        logged[reason.ordinal()] = sum;
        return number;
    }

    /**
     * Returns how many clients were closed or refused since the start.
     *
     * @return a number for each reason, by its name in lower case
     */
    public Map<String, Long> all() {
        Map<String, Long> all = new LinkedHashMap<>();
        for (Reason reason : Reason.values()) {
            all.put(reason.name().toLowerCase(Locale.ROOT), counts[reason.ordinal()].sum());
        }
        return all;
    }

    /** Why a client was closed or refused. */
    public enum Reason {
        /** A request did not come, an answer was not taken, or a connection was not ended in time. */
        SLOW("too slow"),
        /** It was the longest-idle one at the cap on connections. */
        SURPLUS("too many connections"),
        /** The process could open no more files. */
        NO_FILES("too many open files"),
        /** Requests in progress held too much memory together. */
        MEMORY("too much memory for requests in progress"),
        /** The head of a request, or its target, was too long, or had too many fields. */
        HEAD_TOO_LARGE("request head too large");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }
}
