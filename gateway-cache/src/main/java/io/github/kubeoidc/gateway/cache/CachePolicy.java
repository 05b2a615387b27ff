// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * The times by which the cache decides. In nanoseconds on the monotonic clock, except those that relying parties are told.
 *
 * @param ttl how long a document is fresh; with 0 it never is
 * @param healthMaxStale how old a document may be for health while upstream is away
 * @param clientTtlSeconds how long relying parties may keep the discovery document
 * @param jwksClientTtlSeconds how long relying parties may keep the key set
 * @param jitter a random number from 0 to less than 1
 */
record CachePolicy(
        long ttl, long healthMaxStale, long clientTtlSeconds, long jwksClientTtlSeconds, DoubleSupplier jitter) {
    /** How long a request that finds a stale document waits for a fetch, counted from the fetch's begin. */
    static final Duration STALE_WAIT = Duration.ofMillis(300);

    /** How long health probes are answered with the result of the last fetch, before one of them causes another. */
    static final long PROBE_INTERVAL = Duration.ofSeconds(1).toNanos();

    private static final long FIRST_PAUSE = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofSeconds(30).toNanos();
    private static final long STALE_MAX_AGE_SECONDS = 60;
    private static final int MAX_DOUBLINGS = 5;
    private static final double REFRESH_AFTER = 0.8;
    private static final double JITTER = 0.2;

    static CachePolicy of(GatewayConfig config, DoubleSupplier jitter) {
        return new CachePolicy(
                config.cacheTtl().toNanos(),
                config.healthMaxStale().toNanos(),
                config.clientCacheTtl().toSeconds(),
                config.jwksClientCacheTtl().toSeconds(),
                jitter);
    }

    /** Returns the {@code max-age} of a fresh document: a key set's is never more than upstream allows. */
    long maxAgeSeconds(Document document) {
        if (document.kind() == DocumentKind.DISCOVERY) {
            return clientTtlSeconds;
        }
        Duration upstream = document.upstreamMaxAge();
        return upstream == null ? jwksClientTtlSeconds : Math.min(jwksClientTtlSeconds, upstream.toSeconds());
    }

    /** Returns the {@code max-age} of the same document once it is stale: relying parties are to ask again soon. */
    long staleMaxAgeSeconds(long fresh) {
        return Math.min(
                fresh, Math.max(STALE_MAX_AGE_SECONDS, Duration.ofNanos(ttl).toSeconds()));
    }

    boolean isFresh(long age) {
        return ttl > 0 && age <= ttl;
    }

    /** Tells whether a document is to be fetched anew in the background, although it may still be fresh. */
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
