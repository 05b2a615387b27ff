// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.github.kubeoidc.gateway.web.RequestLine;
import org.junit.jupiter.api.Test;

/** CONTRACT 6.1 to 6.3 with {@code LOG_FORMAT=text}. */
class TextLayoutTest {
    private static final String TIME = "2026-03-05T06:07:08.009Z ";

    private final TextLayout layout = new TextLayout("");

    @Test
    void aRequestIsItsFourFieldsAfterAUtcTimestamp() {
        RequestLine request = new RequestLine("GET", "/openid/v1/jwks", 200, true, 123_000, null);
        assertThat(line(request)).isEqualTo(TIME + "path=/openid/v1/jwks status=200 cache_hit=true duration=0.123ms\n");
    }

    @Test
    void methodAndTraceComeAfterTheFour() {
        String traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        RequestLine request = new RequestLine("POST", "/a", 404, false, 0, traceparent);
        assertThat(line(request))
                .isEqualTo(TIME + "path=/a status=404 cache_hit=false duration=0.000ms method=POST"
                        + " trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7 trace_flags=01\n");
    }

    @Test
    void aMessageHasItsLevel() {
        assertThat(line(Events.event(Level.WARN, "a {} b", null, 1))).isEqualTo(TIME + "WARN a 1 b\n");
        assertThat(line(Events.info("{} {}", "a", "é"))).isEqualTo(TIME + "INFO a é\n");
    }

    /** A request's path begins with it anyway. */
    @Test
    void aMessageOfAServletContainerHasTheContextPath() {
        TextLayout inContainer = new TextLayout("/clusters/a");
        assertThat(Events.line(inContainer, Events.event(Level.WARN, "a", new IllegalStateException("b"))))
                .isEqualTo(TIME + "WARN [/clusters/a] a: java.lang.IllegalStateException: b\n");
        RequestLine request = new RequestLine("GET", "/clusters/a/healthz", 200, false, 0, null);
        assertThat(Events.line(inContainer, Events.info("{}", request)))
                .isEqualTo(TIME + "path=/clusters/a/healthz status=200 cache_hit=false" + " duration=0.000ms\n");
    }

    @Test
    void noMessageMakesASecondLine() {
        assertThat(line(Events.info("a\r\nb\t\u001b[0m\u0085\u007f\u2028\0 \"c\\d\" é")))
                .isEqualTo(TIME + "INFO a\\u000d\\u000ab\\u0009\\u001b[0m\\u0085\\u007f\\u2028\\u0000 \"c\\d\" é\n");
    }

    @Test
    void anExceptionIsOneLineWithoutItsStackTrace() {
        Exception thrown = new IllegalStateException("first\nsecond", new RuntimeException("cause"));
        assertThat(line(Events.event(Level.ERROR, "failed", thrown)))
                .isEqualTo(TIME + "ERROR failed:" + " java.lang.IllegalStateException: first\\u000asecond\n");
        assertThat(line(Events.event(Level.ERROR, "failed", new IllegalStateException())))
                .isEqualTo(TIME + "ERROR failed: java.lang.IllegalStateException\n");
    }

    @Test
    void aStackTraceIsWrittenWhereItIsWanted() {
        Exception thrown = new IllegalStateException("first", new RuntimeException("cause"));
        assertThat(Events.line(layout, Events.event(Level.DEBUG, "failed", thrown), true))
                .startsWith(TIME + "DEBUG failed\njava.lang.IllegalStateException: first")
                .contains("\tat " + getClass().getName())
                .contains("Caused by: java.lang.RuntimeException: cause");
        assertThat(Events.line(layout, Events.info("fine"), true)).isEqualTo(TIME + "INFO fine\n");
    }

    private String line(RequestLine request) {
        return line(Events.info("{}", request));
    }

    private String line(LoggingEvent event) {
        return Events.line(layout, event);
    }
}
