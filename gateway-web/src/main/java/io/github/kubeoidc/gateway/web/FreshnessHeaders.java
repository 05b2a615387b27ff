// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import java.time.InstantSource;

/**
 * The values of {@code Cache-Control} and {@code Expires} (RFC 9111, sections 5.2 and 5.3) and {@code Date} (RFC 9110,
 * section 6.6.1) of an answer that is sent now, written anew in each second, and for an answer with another {@code max-age}
 * than the last. A container's own {@code Date} may be that of the request's arrival, long before.
 */
final class FreshnessHeaders {
    private static final long MILLIS_PER_SECOND = 1000;

    private final InstantSource clock;
    private volatile Values last;

    FreshnessHeaders(InstantSource clock) {
        this.clock = clock;
        this.last = new Values(second(), 0);
    }

    Values now(long maxAgeSeconds) {
        long second = second();
        Values values = last;
        if (values.second != second || values.maxAgeSeconds != maxAgeSeconds) {
            values = new Values(second, maxAgeSeconds);
            last = values;
        }
        return values;
    }

    private long second() {
        return Math.floorDiv(clock.millis(), MILLIS_PER_SECOND);
    }

    record Values(long second, long maxAgeSeconds, String cacheControl, String date, String expires) {
        Values(long second, long maxAgeSeconds) {
            this(
                    second,
                    maxAgeSeconds,
                    "public, max-age=" + maxAgeSeconds,
                    HttpDates.format(second),
                    HttpDates.format(second + maxAgeSeconds));
        }
    }
}
