// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 1.1: {@code Date} is the time of the answer, and {@code Expires} is that and {@code max-age}. */
class FreshnessHeadersTest {
    private final AtomicReference<Instant> now = new AtomicReference<>();

    /** IMF-fixdate of RFC 9110, section 5.6.7: always two digits a day. */
    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 0, 'Thu, 01 Jan 2026 00:00:00 GMT'",
        "2026-01-09T13:04:05Z, 1, 'Fri, 09 Jan 2026 13:04:06 GMT'",
        "2026-02-28T23:59:59.999Z, 1, 'Sun, 01 Mar 2026 00:00:00 GMT'",
        "2028-02-28T23:59:59Z, 1, 'Tue, 29 Feb 2028 00:00:00 GMT'",
        "2026-12-31T23:00:00Z, 3600, 'Fri, 01 Jan 2027 00:00:00 GMT'",
        "2026-11-24T12:00:00Z, 31536000, 'Wed, 24 Nov 2027 12:00:00 GMT'",
        "1969-12-31T23:59:59.500Z, 0, 'Wed, 31 Dec 1969 23:59:59 GMT'"
    })
    void itIsAnHttpDate(Instant time, long clientTtl, String expected) {
        assertThat(dates(time, clientTtl).get().expires()).isEqualTo(expected);
    }

    @Test
    void theNamesOfDaysAndMonthsAreEnglish() {
        DateTimeFormatter english = DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);
        Instant newYear = Instant.parse("2028-01-01T00:00:00Z");
        for (int day = 0; day < 366; day++) {
            Instant time = newYear.plus(Duration.ofDays(day));
            assertThat(dates(time, 0).get().date()).isEqualTo(english.format(time));
        }
    }

    @Test
    void itIsFormattedOnceASecond() {
        Supplier<FreshnessHeaders.Values> dates = dates(Instant.parse("2026-01-01T00:00:00Z"), 60);
        String first = dates.get().expires();
        now.set(Instant.parse("2026-01-01T00:00:00.999Z"));
        assertThat(dates.get().expires()).isSameAs(first).isEqualTo("Thu, 01 Jan 2026 00:01:00 GMT");

        now.set(Instant.parse("2026-01-01T00:00:01Z"));
        String second = dates.get().expires();
        assertThat(second).isEqualTo("Thu, 01 Jan 2026 00:01:01 GMT");
        assertThat(dates.get().expires()).isSameAs(second);
    }

    @Test
    void itFollowsAClockThatIsSetBack() {
        Supplier<FreshnessHeaders.Values> dates = dates(Instant.parse("2026-01-01T00:00:10Z"), 0);
        now.set(Instant.parse("2026-01-01T00:00:03Z"));
        assertThat(dates.get().expires()).isEqualTo("Thu, 01 Jan 2026 00:00:03 GMT");
    }

    @Test
    void theDateIsThatOfTheAnswer() {
        Supplier<FreshnessHeaders.Values> dates = dates(Instant.parse("2026-01-01T00:00:00Z"), 60);
        now.set(Instant.parse("2026-01-01T00:00:08.500Z"));
        assertThat(dates.get().date()).isEqualTo("Thu, 01 Jan 2026 00:00:08 GMT");
        assertThat(dates.get().expires()).isEqualTo("Thu, 01 Jan 2026 00:01:08 GMT");
    }

    // 1.1: "Expires (= Date + the same seconds …)"
    @Test
    void everyHeaderSaysTheSameAge() {
        now.set(Instant.parse("2026-01-01T00:00:00Z"));
        FreshnessHeaders headers = new FreshnessHeaders(now::get);
        assertThat(headers.now(60).cacheControl()).isEqualTo("public, max-age=60");
        assertThat(headers.now(60)).isSameAs(headers.now(60));
        assertThat(headers.now(300).cacheControl()).isEqualTo("public, max-age=300");
        assertThat(headers.now(300).expires()).isEqualTo("Thu, 01 Jan 2026 00:05:00 GMT");
        assertThat(headers.now(0).expires()).isEqualTo(headers.now(0).date());
    }

    private Supplier<FreshnessHeaders.Values> dates(Instant time, long clientTtl) {
        now.set(time);
        FreshnessHeaders headers = new FreshnessHeaders(now::get);
        return () -> headers.now(clientTtl);
    }
}
