// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1.1: "the {@code max-age} that upstream sent". */
class MaxAgeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "public, max-age=3600 | 3600",
                "max-age=0 | 0",
                "Max-Age=17 | 17",
                "no-transform,max-age=5,public | 5",
                "max-age=\"12\" | 12",
                "private=\"a, max-age=1\", max-age=30 | 30",
                "max-age=40, max-age=20 | 20",
                "max-age = \" 7 \" | 7",
                "private=\"\\\", max-age=1\", max-age=30 | 30",
                "private=\"a, max-age=30 | 30",
                ",, max-age=30 | 30",
                "=, max-age=30 | 30",
                "max-age=99999999999999999999999 | 2147483647",
                "max-age=4294967296 | 2147483647",
                // What is no number is no permission to keep anything.
                "max-age | 0",
                "max-age= | 0",
                "max-age=-1 | 0",
                "max-age=1.5 | 0",
                "\"a, max-age=1\", max-age=30 | 0",
                "max-age=a | 0"
            })
    void itIsTheNumberOfSeconds(String value, long seconds) {
        assertThat(MaxAge.parse(List.of(value))).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "public", "s-maxage=5", "x-max-age=5", "max-age-x=5", ",,;=\"", "private=\"max-age=5"})
    void withoutOneThereIsNone(String value) {
        assertThat(MaxAge.parse(List.of(value))).isNull();
    }

    // The time that a head of 16 KB costs, counted: upstream sends it with every document.
    @ParameterizedTest
    @ValueSource(strings = {" ", "\"", "=", "\\", "\\\"", ",", "a=\"", ",a=\"\\\""})
    void noCharacterIsReadMoreThanAFewTimes(String part) {
        String value = "\"" + part.repeat(10_000 / part.length()) + "\", max-age=5";
        AtomicLong reads = new AtomicLong();
        MaxAge.parse(List.of(counting(value, reads)));
        assertThat(reads).hasValueLessThan(10L * value.length());
    }

    private static CharSequence counting(String text, AtomicLong reads) {
        return new CharSequence() {
            @Override
            public int length() {
                return text.length();
            }

            @Override
            public char charAt(int index) {
                reads.incrementAndGet();
                return text.charAt(index);
            }

            @Override
            public CharSequence subSequence(int start, int end) {
                return text.substring(start, end);
            }
        };
    }

    @Test
    void theLeastOfSeveralFieldsCounts() {
        assertThat(MaxAge.parse(List.of())).isNull();
        assertThat(MaxAge.parse(List.of("public", "max-age=9", "max-age=8"))).isEqualTo(Duration.ofSeconds(8));
    }
}
