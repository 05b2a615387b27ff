// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import java.time.Instant;

/** Writes UTC timestamps with milliseconds (RFC 3339), formatting each second once. Used by one thread at a time. */
final class Timestamp {
    private static final long MILLIS_PER_SECOND = 1000;

    private long second = Long.MIN_VALUE;
    private String prefix = "";

    void append(long epochMillis, StringBuilder line) {
        long now = Math.floorDiv(epochMillis, MILLIS_PER_SECOND);
        if (now != second) {
            second = now;
            prefix = Instant.ofEpochSecond(now).toString().replace('Z', '.');
        }
        int millis = (int) Math.floorMod(epochMillis, MILLIS_PER_SECOND);
        line.append(prefix)
                .append((char) ('0' + millis / 100))
                .append((char) ('0' + millis / 10 % 10))
                .append((char) ('0' + millis % 10))
                .append('Z');
    }
}
