// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import io.github.kubeoidc.gateway.api.LogText;

/**
 * What is logged of one request: the argument of a log event, so that a layout can write its parts.
 *
 * @param method the request's method, as the client sent it
 * @param path the raw path, as the client sent it
 * @param status the status of the answer
 * @param cacheHit whether the answer came from memory, stale included
 * @param durationNanos how long it took, in nanoseconds
 */
public record RequestLine(String method, String path, int status, boolean cacheHit, long durationNanos) {
    /** The most characters of a path that are logged. */
    public static final int MAX_PATH = 256;

    private static final int NANOS_PER_MICRO = 1000;
    private static final int MICROS_PER_MILLI = 1000;

    /**
     * Returns the path as it can be logged: no client can forge a line with it.
     *
     * @return at most {@value #MAX_PATH} characters, without spaces and control characters
     */
    public String loggedPath() {
        return LogText.escape(path, MAX_PATH);
    }

    /**
     * Returns the duration as it is logged.
     *
     * @return milliseconds with three decimals, and their unit
     */
    public String duration() {
        return appendDuration(new StringBuilder()).toString();
    }

    /**
     * Appends the line.
     *
     * @param line what to append to
     * @return {@code line}
     */
    public StringBuilder appendTo(StringBuilder line) {
        line.append("path=").append(loggedPath());
        line.append(" status=").append(status);
        line.append(" cache_hit=").append(cacheHit);
        line.append(" duration=");
        return appendDuration(line);
    }

    /**
     * Returns the line.
     *
     * @return {@code path=… status=… cache_hit=… duration=…ms}
     */
    @Override
    public String toString() {
        return appendTo(new StringBuilder()).toString();
    }

    private StringBuilder appendDuration(StringBuilder line) {
        long micros = durationNanos / NANOS_PER_MICRO;
        int fraction = (int) (micros % MICROS_PER_MILLI);
        line.append(micros / MICROS_PER_MILLI).append('.');
        return line.append((char) ('0' + fraction / 100))
                .append((char) ('0' + fraction / 10 % 10))
                .append((char) ('0' + fraction % 10))
                .append("ms");
    }
}
