// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** CONTRACT 6.1: a UTC timestamp. */
class TimestampTest {
    private final Timestamp timestamp = new Timestamp();

    @Test
    void itHasAlwaysThreeDecimals() {
        assertWritten("2026-03-05T06:07:08.000Z");
        assertWritten("2026-03-05T06:07:08.009Z");
        assertWritten("2026-03-05T06:07:08.010Z");
        assertWritten("2026-03-05T06:07:08.123Z");
        assertWritten("2026-03-05T06:07:08.999Z");
    }

    @Test
    void itFollowsTheClockInBothDirections() {
        assertWritten("2026-12-31T23:59:59.999Z");
        assertWritten("2027-01-01T00:00:00.000Z");
        assertWritten("2026-12-31T23:59:59.500Z");
        assertWritten("1969-12-31T23:59:59.500Z");
    }

    private void assertWritten(String time) {
        StringBuilder line = new StringBuilder("a ");
        timestamp.append(Instant.parse(time).toEpochMilli(), line);
        assertThat(line).hasToString("a " + time);
    }
}
