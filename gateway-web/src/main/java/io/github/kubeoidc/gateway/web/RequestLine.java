// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import io.github.kubeoidc.gateway.api.LogText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log line of one request: the argument of a log event, so that a layout can write its parts. Method and path are cut
 * and escaped when it is made, before it is queued: no client can forge a line with them, or use up the heap.
 *
 * @param method the request's method, as the client sent it; kept as it is logged
 * @param path the raw path, as the client sent it; kept as it is logged
 * @param status the status of the answer
 * @param cacheHit whether the answer came from memory, stale included
 * @param durationNanos how long it took, in nanoseconds
 */
public record RequestLine(String method, String path, int status, boolean cacheHit, long durationNanos) {
    /** The most characters of a method or a path that are logged. */
    public static final int MAX_TEXT = 256;

    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);
    private static final int NANOS_PER_MICRO = 1000;
    private static final int MICROS_PER_MILLI = 1000;

    /**
     * Creates a line, with method and path as they can be logged.
     *
     * @param method the request's method, as the client sent it
     * @param path the raw path, as the client sent it
     * @param status the status of the answer
     * @param cacheHit whether the answer came from memory, stale included
     * @param durationNanos how long it took, in nanoseconds
     */
    public RequestLine {
        method = LogText.escape(method, MAX_TEXT);
        path = LogText.escape(path, MAX_TEXT);
    }

    /** Tells whether request lines are logged at all. */
    static boolean isLogged() {
        return LOG.isInfoEnabled();
    }

    /** Logs this line; for a server, of a request that no filter sees. */
    public void log() {
        LOG.info("{}", this);
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
        line.append("path=").append(path);
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
