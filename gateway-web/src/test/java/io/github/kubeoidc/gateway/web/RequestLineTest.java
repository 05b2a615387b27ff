// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 6.1 and 6.2: the text of a request line. */
class RequestLineTest {
    @Test
    void fourFieldsComeInThisOrder() {
        RequestLine line = new RequestLine("GET", "/openid/v1/jwks", 200, true, 123_000, null);
        assertThat(line).hasToString("path=/openid/v1/jwks status=200 cache_hit=true duration=0.123ms");
        assertThat(line.appendTo(new StringBuilder("a "))).hasToString("a " + line);
    }

    // A line that says 405 and not which method would hide its cause. Most are GET, and those have the four fields
    // alone.
    @Test
    void anotherMethodThanGetComesAfterTheFour() {
        assertThat(new RequestLine("HEAD", "/a", 404, false, 0, null))
                .hasToString("path=/a status=404 cache_hit=false duration=0.000ms method=HEAD");
        assertThat(new RequestLine("get", "/a", 405, false, 0, null)).asString().endsWith("ms method=get");
        assertThat(new RequestLine("P path=/x", "/a", 405, false, 0, null))
                .hasToString("path=/a status=405 cache_hit=false duration=0.000ms method=P\\u0020path=/x");
    }

    @Test
    void aTraceComesLast() {
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        RequestLine line = new RequestLine("PUT", "/a", 404, false, 0, traceparent);
        assertThat(line)
                .hasToString("path=/a status=404 cache_hit=false duration=0.000ms method=PUT"
                        + " trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7 trace_flags=01");
        assertThat(line.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(line.spanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(line.traceFlags()).isEqualTo("01");
    }

    @Test
    void anInvalidTraceparentIsNone() {
        RequestLine none = new RequestLine("GET", "/a", 404, false, 0, null);
        assertThat(new RequestLine("GET", "/a", 404, false, 0, "00-x status=200\r\npath=/b"))
                .isEqualTo(none)
                .hasToString("path=/a status=404 cache_hit=false duration=0.000ms");
        assertThat(none.traceId()).isNull();
        assertThat(none.spanId()).isNull();
        assertThat(none.traceFlags()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.000ms",
        "999, 0.000ms",
        "1000, 0.001ms",
        "9999, 0.009ms",
        "10000, 0.010ms",
        "123456, 0.123ms",
        "999999, 0.999ms",
        "1000000, 1.000ms",
        "1050999, 1.050ms",
        "5001000000, 5001.000ms",
        "3600000000000, 3600000.000ms"
    })
    void aDurationIsInMillisecondsWithThreeDecimals(long nanos, String text) {
        RequestLine line = new RequestLine("GET", "/", 200, false, nanos, null);
        assertThat(line.millis() + "ms").isEqualTo(text);
        assertThat(line).asString().endsWith(" duration=" + text);
    }

    @Test
    void noPathForgesALine() {
        RequestLine line = new RequestLine("GET", "/a status=200\r\npath=/b\t\"\\\u007f\u2028", 404, false, 0, null);
        assertThat(line)
                .hasToString("path=/a\\u0020status=200\\u000d\\u000apath=/b\\u0009\\u0022\\u005c\\u007f\\u2028"
                        + " status=404 cache_hit=false duration=0.000ms");
    }

    @Test
    void aPathHasAtMost256Characters() {
        assertThat(logged("/".repeat(256))).isEqualTo("/".repeat(256));
        assertThat(logged("/".repeat(257))).isEqualTo("/".repeat(256));
        assertThat(logged("\n".repeat(100))).isEqualTo("\\u000a".repeat(42));
    }

    private static String logged(String path) {
        return new RequestLine("GET", path, 404, false, 0, null).path();
    }

    // "A path and a method are written so … at most 256 characters, cut before they are queued."
    @Test
    void aLineKeepsNoMoreOfAMethodAndAPathThanIsLogged() {
        RequestLine line = new RequestLine("M".repeat(7900), "/a" + " ".repeat(7900), 404, false, 0, null);
        assertThat(line.method()).isEqualTo("M".repeat(256));
        assertThat(line.path()).isEqualTo("/a" + "\\u0020".repeat(42));
        assertThat(new RequestLine("A\n\"B", "/", 404, false, 0, null).method()).isEqualTo("A\\u000a\\u0022B");
    }
}
