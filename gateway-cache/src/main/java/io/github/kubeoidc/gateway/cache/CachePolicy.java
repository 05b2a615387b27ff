// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.GatewayConfig;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * The times by which the cache decides. All in nanoseconds on the monotonic clock.
 *
 * @param ttl how long a document is fresh; with 0 it never is
 * @param healthMaxStale how old a document may be for health while upstream is away
 * @param jitter a random number from 0 to less than 1
 */
record CachePolicy(long ttl, long healthMaxStale, DoubleSupplier jitter) {
    /** How long a request that finds a stale document waits for a fetch, from the fetch's begin. */
    static final Duration PATIENCE = Duration.ofMillis(300);

    /** How long health takes the last attempt's result for an answer. */
    static final long PROBE_INTERVAL = Duration.ofSeconds(1).toNanos();

    private static final long FIRST_PAUSE = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofSeconds(30).toNanos();
    private static final int MAX_DOUBLINGS = 5;
    private static final double REFRESH_AFTER = 0.8;
    private static final double JITTER = 0.2;

    static CachePolicy of(GatewayConfig config, DoubleSupplier jitter) {
        return new CachePolicy(
                config.cacheTtl().toNanos(), config.healthMaxStale().toNanos(), jitter);
    }

    boolean isFresh(long age) {
        return ttl > 0 && age <= ttl;
    }

    /** Tells whether a document, fresh as it may be, is better fetched anew behind the requests. */
    boolean isRefreshDue(long age) {
        return age >= (long) (ttl * REFRESH_AFTER);
    }

    /** Returns how long upstream is left alone after so many failures in a row: 1 s doubling to 30 s, less up to a fifth. */
    long pauseAfter(int failures) {
        int doublings = Math.min(failures - 1, MAX_DOUBLINGS);
        long pause = Math.min(FIRST_PAUSE << doublings, LONGEST_PAUSE);
        return (long) (pause * (1 - JITTER * jitter.getAsDouble()));
    }
}
