// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import io.github.kubeoidc.gateway.api.LogText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log line of one request: the argument of a log event, so that a layout can write its parts. Method and path are cut
 * and escaped, and a {@code traceparent} is validated, when it is made, before it is queued: no client can forge a line with
 * them, or use up the heap.
 *
 * @param method the request's method, as the client sent it; kept as it is logged
 * @param path the raw path, as the client sent it; kept as it is logged
 * @param status the status of the answer
 * @param cacheHit whether the answer came from memory, stale included
 * @param durationNanos how long it took, in nanoseconds
 * @param traceparent the value of the only field of that name, as the client sent it; kept where it is valid, in the form of
 *     version 00, which has 55 characters, and {@code null} where not
 */
public record RequestLine(
        String method,
        String path,
        int status,
        boolean cacheHit,
        long durationNanos,
        @Nullable String traceparent) {
    /** The most characters of a method or a path that are logged. */
    public static final int MAX_TEXT = 256;

    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);
    private static final int NANOS_PER_MICRO = 1000;
    private static final int MICROS_PER_MILLI = 1000;
    /** What a line without a method means. */
    private static final String USUAL_METHOD = "GET";

    /**
     * Creates a line, with method, path and {@code traceparent} as they can be logged.
     *
     * @param method the request's method, as the client sent it
     * @param path the raw path, as the client sent it
     * @param status the status of the answer
     * @param cacheHit whether the answer came from memory, stale included
     * @param durationNanos how long it took, in nanoseconds
     * @param traceparent the value of the only field of that name, as the client sent it; or {@code null}
     */
    public RequestLine {
        method = LogText.escape(method, MAX_TEXT);
        path = LogText.escape(path, MAX_TEXT);
        traceparent = traceparent == null ? null : TraceParent.valid(traceparent);
    }

    /** Tells whether request lines are logged at all. */
    static boolean isLogged() {
        return LOG.isInfoEnabled();
    }

    void log() {
        LOG.info("{}", this);
    }

    /**
     * Returns the duration as it is logged, without its unit.
     *
     * @return milliseconds with three decimals
     */
    public String millis() {
        return appendMillis(new StringBuilder()).toString();
    }

    /**
     * Returns the trace that the client says the request belongs to.
     *
     * @return 32 hexadecimal digits, or {@code null}
     */
    public @Nullable String traceId() {
        return traceparent == null ? null : TraceParent.traceId(traceparent);
    }

    /**
     * Returns the client's span in that trace: the gateway makes none of its own.
     *
     * @return 16 hexadecimal digits, or {@code null}
     */
    public @Nullable String spanId() {
        return traceparent == null ? null : TraceParent.spanId(traceparent);
    }

    /**
     * Returns the flags of that trace.
     *
     * @return two hexadecimal digits, or {@code null}
     */
    public @Nullable String traceFlags() {
        return traceparent == null ? null : TraceParent.flags(traceparent);
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
        appendMillis(line).append("ms");
        // After the four, which every request has: who reads those by their place goes on finding them.
        if (!method.equals(USUAL_METHOD)) {
            line.append(" method=").append(method);
        }
        if (traceparent != null) {
            line.append(" trace_id=").append(TraceParent.traceId(traceparent));
            line.append(" span_id=").append(TraceParent.spanId(traceparent));
            line.append(" trace_flags=").append(TraceParent.flags(traceparent));
        }
        return line;
    }

    /**
     * Returns the line.
     *
     * @return {@code path=… status=… cache_hit=… duration=…ms}, then {@code method=…} where it is not {@code GET}, then
     *     {@code trace_id=… span_id=… trace_flags=…} where there is a {@code traceparent}
     */
    @Override
    public String toString() {
        return appendTo(new StringBuilder()).toString();
    }

    private StringBuilder appendMillis(StringBuilder line) {
        long micros = durationNanos / NANOS_PER_MICRO;
        int fraction = (int) (micros % MICROS_PER_MILLI);
        line.append(micros / MICROS_PER_MILLI).append('.');
        return line.append((char) ('0' + fraction / 100))
                .append((char) ('0' + fraction / 10 % 10))
                .append((char) ('0' + fraction % 10));
    }
}
