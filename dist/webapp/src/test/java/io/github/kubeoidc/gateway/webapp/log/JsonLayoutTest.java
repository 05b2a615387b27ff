// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.github.kubeoidc.gateway.web.RequestLine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 6.1 to 6.3 with {@code LOG_FORMAT=json}. */
class JsonLayoutTest {
    private static final String BEGIN = "{\"timestamp\":\"2026-03-05T06:07:08.009Z\",\"level\":";

    private final JsonLayout layout = new JsonLayout("");

    @Test
    void aRequestHasItsFieldsAsMembersAndItsMethod() {
        RequestLine request = new RequestLine("GET", "/openid/v1/jwks", 502, false, 5_001_000_000L, null);
        assertThat(line(request))
                .isEqualTo(BEGIN
                        + "\"INFO\",\"severity\":\"INFO\",\"method\":\"GET\",\"path\":\"/openid/v1/jwks\",\"status\":502,"
                        + "\"cache_hit\":false,\"duration\":\"5001.000ms\",\"duration_ms\":5001.000}\n");
    }

    /** The names are OpenTelemetry's. */
    @Test
    void aTraceHasThreeMembers() {
        String traceparent = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-future";
        RequestLine request = new RequestLine("HEAD", "/a", 404, false, 1_000, traceparent);
        assertThat(line(request))
                .isEqualTo(BEGIN + "\"INFO\",\"severity\":\"INFO\",\"method\":\"HEAD\",\"path\":\"/a\",\"status\":404,"
                        + "\"cache_hit\":false,\"duration\":\"0.001ms\",\"duration_ms\":0.001,"
                        + "\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"span_id\":\"00f067aa0ba902b7\","
                        + "\"trace_flags\":\"00\"}\n");
    }

    /** {@code severity} has the words of Google Cloud Logging, which knows no {@code WARN}. */
    @ParameterizedTest
    @CsvSource({"ERROR, ERROR", "WARN, WARNING", "INFO, INFO", "DEBUG, DEBUG"})
    void theLevelIsThereAsSeverityToo(String level, String severity) {
        assertThat(line(Events.event(Level.toLevel(level), "a", null)))
                .startsWith(BEGIN + "\"" + level + "\",\"severity\":\"" + severity + "\",");
    }

    @Test
    void noRequestForgesALine() {
        RequestLine request = new RequestLine("A\n\"B", "/a\n\"b" + "c".repeat(300), 404, true, 0, null);
        assertThat(line(request))
                .isEqualTo(BEGIN
                        + "\"INFO\",\"severity\":\"INFO\",\"method\":\"A\\\\u000a\\\\u0022B\",\"path\":\"/a\\\\u000a\\\\u0022b"
                        + "c".repeat(241)
                        + "\",\"status\":404,\"cache_hit\":true,\"duration\":\"0.000ms\",\"duration_ms\":0.000}\n");
    }

    @Test
    void aMessageHasLevelAndLogger() {
        assertThat(line(Events.event(Level.WARN, "a {} <b>", null, "'x'")))
                .isEqualTo(
                        BEGIN
                                + "\"WARN\",\"severity\":\"WARNING\",\"logger\":\"io.github.kubeoidc.a.B\",\"message\":\"a 'x' <b>\"}\n");
    }

    /** A request's path begins with it anyway. */
    @Test
    void aMessageOfAServletContainerHasTheContextPath() {
        JsonLayout inContainer = new JsonLayout("/clusters/a");
        assertThat(Events.line(inContainer, Events.event(Level.INFO, "a", null)))
                .isEqualTo(BEGIN + "\"INFO\",\"severity\":\"INFO\",\"context_path\":\"/clusters/a\","
                        + "\"logger\":\"io.github.kubeoidc.a.B\",\"message\":\"a\"}\n");
        RequestLine request = new RequestLine("GET", "/clusters/a/healthz", 200, false, 0, null);
        assertThat(Events.line(inContainer, Events.info("{}", request))).doesNotContain("context_path");
    }

    @Test
    void noMessageMakesASecondLine() {
        assertThat(line(Events.info("a\r\nb\t\u001b[0m\u0085\u007f\u2028\0 \"c\\d\" é")))
                .isEqualTo(BEGIN + "\"INFO\",\"severity\":\"INFO\",\"logger\":\"io.github.kubeoidc.a.B\","
                        + "\"message\":\"a\\\\u000d\\\\u000ab\\\\u0009\\\\u001b[0m\\\\u0085\\\\u007f\\\\u2028\\\\u0000"
                        + " \\\"c\\\\d\\\" é\"}\n");
    }

    @Test
    void anExceptionIsAMemberWithoutItsStackTrace() {
        assertThat(line(Events.event(Level.ERROR, "failed", new IllegalStateException("a\nb"))))
                .isEqualTo(BEGIN
                        + "\"ERROR\",\"severity\":\"ERROR\",\"logger\":\"io.github.kubeoidc.a.B\",\"message\":\"failed\","
                        + "\"error\":\"java.lang.IllegalStateException: a\\\\u000ab\"}\n");
    }

    @Test
    void aStackTraceIsAMemberWhereItIsWanted() {
        String line = Events.line(layout, Events.event(Level.DEBUG, "failed", new IllegalStateException("a")), true);
        assertThat(line)
                .contains("\"error\":\"java.lang.IllegalStateException: a\",\"stack_trace\":\"java.lang.Ill")
                .contains("\\tat " + getClass().getName())
                .endsWith("\"}\n");
        assertThat(line.lines()).hasSize(1);
    }

    /** CONTRACT 6.2: a method too has at most 256 characters. */
    @Test
    void aLongMethodIsCut() {
        RequestLine request = new RequestLine("M".repeat(7900), "/", 404, false, 0, null);
        assertThat(line(request)).contains("\"method\":\"" + "M".repeat(256) + "\",");
    }

    private String line(RequestLine request) {
        return line(Events.info("{}", request));
    }

    private String line(LoggingEvent event) {
        return Events.line(layout, event);
    }
}
