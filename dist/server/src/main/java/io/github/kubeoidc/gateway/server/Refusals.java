// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the clients that were closed or refused by a bound, and logs how many, at most once a minute. */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final long LOG_INTERVAL_SECONDS = 60;

    private final LongAdder[] counts =
            Arrays.stream(Reason.values()).map(reason -> new LongAdder()).toArray(LongAdder[]::new);
    private long secondsUntilLog;

    void add(Reason reason) {
        counts[reason.ordinal()].increment();
    }

    /** To be called once a second, by one thread at a time. */
    void tick() {
        if (--secondsUntilLog > 0) {
            return;
        }
        String refused = Arrays.stream(Reason.values())
                .map(reason -> reason.words + " " + counts[reason.ordinal()].sumThenReset())
                .filter(words -> !words.endsWith(" 0"))
                .collect(Collectors.joining(", "));
        if (!refused.isEmpty()) {
            LOG.warn("clients closed or refused: {}", refused);
            secondsUntilLog = LOG_INTERVAL_SECONDS;
        }
    }

    /** Why a client was closed or refused. */
    enum Reason {
        SLOW("too slow"),
        SURPLUS("too many connections"),
        NO_FILES("too many open files"),
        MEMORY("too much memory for requests in progress"),
        HEAD_TOO_LARGE("request head too large"),
        PIPELINING("pipelining");

        private final String words;

        Reason(String words) {
            this.words = words;
        }
    }
}
