// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import java.util.Enumeration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The field {@code traceparent}, by which a client says to which trace its request belongs (W3C Trace Context, level 1,
 * section 3.2). It is for the log alone.
 */
public final class TraceParent {
    /** The name of the field. */
    public static final String FIELD = "traceparent";

    /** The only version that is known here, and so the one in which every valid value is kept. */
    private static final String KNOWN = "00";

    private static final String IDENTIFIERS = "-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}";
    private static final Pattern KNOWN_VERSION = Pattern.compile(KNOWN + IDENTIFIERS);
    // Section 3.2.4: of a higher version what 00 has is read, and what follows it after a dash is not.
    private static final Pattern HIGHER_VERSION = Pattern.compile("(?!00|ff)[0-9a-f]{2}" + IDENTIFIERS + "(?s:-.*)?");

    private static final int TRACE_ID = 3;
    private static final int SPAN_ID = 36;
    private static final int FLAGS = 53;
    private static final int LENGTH = 55;

    private TraceParent() {}

    /**
     * Returns the value of the field, where a request has it once: of several it is not known which one counts.
     *
     * @param values the values of all fields of that name, as the client sent them
     * @return the only one, or {@code null}; it need not be valid
     */
    public static @Nullable String only(Enumeration<String> values) {
        String first = values.hasMoreElements() ? values.nextElement() : null;
        return values.hasMoreElements() ? null : first;
    }

    /** Returns a valid value in the form of version 00, which has 55 characters; or {@code null}. */
    static @Nullable String valid(String value) {
        if (KNOWN_VERSION.matcher(value).matches()) {
            return value;
        }
        return HIGHER_VERSION.matcher(value).matches() ? KNOWN + value.substring(KNOWN.length(), LENGTH) : null;
    }

    static String traceId(String valid) {
        return valid.substring(TRACE_ID, SPAN_ID - 1);
    }

    static String spanId(String valid) {
        return valid.substring(SPAN_ID, FLAGS - 1);
    }

    static String flags(String valid) {
        return valid.substring(FLAGS, LENGTH);
    }
}
