// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Map;

/** Writes dates as HTTP has them (RFC 9110, section 5.6.7). */
final class HttpDates {
    private static final Map<Long, String> DAYS =
            Map.of(1L, "Mon", 2L, "Tue", 3L, "Wed", 4L, "Thu", 5L, "Fri", 6L, "Sat", 7L, "Sun");
    private static final Map<Long, String> MONTHS = Map.ofEntries(
            Map.entry(1L, "Jan"),
            Map.entry(2L, "Feb"),
            Map.entry(3L, "Mar"),
            Map.entry(4L, "Apr"),
            Map.entry(5L, "May"),
            Map.entry(6L, "Jun"),
            Map.entry(7L, "Jul"),
            Map.entry(8L, "Aug"),
            Map.entry(9L, "Sep"),
            Map.entry(10L, "Oct"),
            Map.entry(11L, "Nov"),
            Map.entry(12L, "Dec"));

    // IMF-fixdate of RFC 9110, section 5.6.7. The JDK's RFC_1123_DATE_TIME leaves the zero out before days 1 to 9. The
    // names are no locale's, and to look them up as English ones would make a start longer.
    private static final DateTimeFormatter IMF_FIXDATE = new DateTimeFormatterBuilder()
            .appendText(ChronoField.DAY_OF_WEEK, DAYS)
            .appendPattern("', 'dd' '")
            .appendText(ChronoField.MONTH_OF_YEAR, MONTHS)
            .appendPattern("' 'yyyy' 'HH:mm:ss' GMT'")
            .toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private HttpDates() {}

    static String format(long epochSecond) {
        return IMF_FIXDATE.format(Instant.ofEpochSecond(epochSecond));
    }
}
