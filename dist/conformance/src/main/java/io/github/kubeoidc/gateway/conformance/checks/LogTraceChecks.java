// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Section 6: the trace of a request (W3C Trace Context) in its line, and that only a valid one is there. */
final class LogTraceChecks {

    static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    static final String SPAN_ID = "00f067aa0ba902b7";
    static final String VALID = "00-" + TRACE_ID + "-" + SPAN_ID + "-01";

    private static final String TRACE = " trace_id=" + TRACE_ID + " span_id=" + SPAN_ID + " trace_flags=01";
    private static final Duration LATE = Duration.ofSeconds(45);

    /** Section 3.2 of that recommendation forbids each of them. */
    private static final List<String> INVALID = List.of(
            "traceparent:",
            "traceparent: " + VALID.substring(1),
            "traceparent: " + VALID + "-more",
            "traceparent: " + VALID.toUpperCase(java.util.Locale.ROOT),
            "traceparent: " + VALID.replace('-', '_'),
            "traceparent: " + VALID.replace(TRACE_ID, "0".repeat(32)),
            "traceparent: " + VALID.replace(SPAN_ID, "0".repeat(16)),
            "traceparent: " + VALID.replace("-01", "-0g"),
            "traceparent: ff" + VALID.substring(2),
            "traceparent: cc" + VALID.substring(2) + ".more",
            "traceparent: " + VALID + "," + VALID,
            "traceparent: " + VALID + "\r\ntraceparent: " + VALID,
            "tracestate: a=" + VALID);

    private LogTraceChecks() {}

    static void checks(CheckList list) {
        list.in("6.1").should("a valid traceparent is told after the four fields", bed -> {
            bed.get("/traced", "TraceParent: " + VALID);
            bed.get("/traced", "traceparent: cc" + VALID.substring(2) + "-what-00-has-not");
            Await.until(
                    LATE,
                    "two lines for /traced",
                    () -> LogChecks.requestsFor(bed, "/traced").count() == 2);
            for (String line : LogChecks.requestsFor(bed, "/traced").toList()) {
                LogChecks.hasFields(line, "/traced", 404, false);
                Expect.holds(line.endsWith("ms" + TRACE), "no '" + TRACE + "' after the four fields of: " + line);
            }
        });
        list.in("6.1").should("in JSON a valid traceparent has three members", Map.of("LOG_FORMAT", "json"), bed -> {
            bed.get("/traced", "traceparent: " + VALID);
            JsonObject line = Json.object(bed.awaitLog(LATE, "\"/traced\""));
            Map.of("trace_id", TRACE_ID, "span_id", SPAN_ID, "trace_flags", "01")
                    .forEach((name, value) -> Expect.equal(name, value, LogChecks.text(line, name)));
        });
        list.in("6.1").should("an invalid traceparent, and one of several, is not told", bed -> {
            for (int i = 0; i < INVALID.size(); i++) {
                String path = "/untraced-" + i;
                bed.get(path, INVALID.get(i));
                String line = LogChecks.line(bed, path);
                Expect.holds(
                        line.endsWith("ms"),
                        "sent «" + INVALID.get(i) + "», after the four fields comes more: " + line);
            }
        });
        list.in("6.2").must("a traceparent forges nothing", bed -> {
            List<String> forgeries = List.of(
                    VALID + " path=/forged status=200 cache_hit=true duration=0.001ms",
                    "cc" + VALID.substring(2) + "- path=/forged status=200 cache_hit=true duration=0.001ms",
                    "path=/forged status=200 cache_hit=true duration=0.001ms",
                    "\u001b[31m\u0085\",\"path\":\"/forged",
                    "forged".repeat(1000));
            for (int i = 0; i < forgeries.size(); i++) {
                String path = "/trace-forge-" + i;
                RawResponse response = bed.get(path, "traceparent: " + forgeries.get(i));
                bed.get(path + "-end");
                LogChecks.line(bed, path + "-end");
                if (response.status() == 404) {
                    LogChecks.line(bed, path);
                }
                for (String line : LogChecks.requestsFor(bed, path).toList()) {
                    LogChecks.hasFields(line, path, response.status(), false);
                    Expect.holds(line.length() <= 800, "a line has " + line.length() + " characters");
                    Expect.holds(line.chars().noneMatch(Character::isISOControl), "a control character in " + line);
                }
            }
            bed.notLogged("forged");
        });
    }
}
