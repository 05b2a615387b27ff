// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The values of {@code Date} (RFC 9110, section 6.6.1) and {@code Expires} (RFC 9111, section 5.3) of an answer that is sent
 * now, formatted at most once a second. A container's own {@code Date} may be that of the request's arrival, long before.
 */
final class HttpDates {
    // IMF-fixdate of RFC 9110, section 5.6.7. The JDK's RFC_1123_DATE_TIME leaves the zero out before days 1 to 9.
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Duration clientCacheTtl;
    private final InstantSource clock;
    private volatile Formatted last;

    HttpDates(Duration clientCacheTtl, InstantSource clock) {
        this.clientCacheTtl = clientCacheTtl;
        this.clock = clock;
        this.last = format(second());
    }

    Formatted now() {
        long second = second();
        Formatted formatted = last;
        if (formatted.second != second) {
            formatted = format(second);
            last = formatted;
        }
        return formatted;
    }

    private long second() {
        return Math.floorDiv(clock.millis(), 1000L);
    }

    private Formatted format(long second) {
        Instant date = Instant.ofEpochSecond(second);
        return new Formatted(second, IMF_FIXDATE.format(date), IMF_FIXDATE.format(date.plus(clientCacheTtl)));
    }

    record Formatted(long second, String date, String expires) {}
}
