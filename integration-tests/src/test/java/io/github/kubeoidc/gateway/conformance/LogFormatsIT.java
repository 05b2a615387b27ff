// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * CONTRACT 6.1 to 6.4: the same requests, and the same faults of the API server, are played with {@code LOG_FORMAT=text} and
 * with {@code json}, and both logs are compared fact for fact. What is another each time, a time or a port, is left out of the
 * comparison.
 */
@Execution(ExecutionMode.CONCURRENT)
class LogFormatsIT {

    /** On a busy machine; a fetch has longer, as one that times out would be a line that the other log lacks. */
    private static final Duration BOUND = Duration.ofSeconds(120);

    /** Asked until the log says something, and so an unknown number of times. */
    private static final String PROBED = "/readyz";

    private static final String HOST = " HTTP/1.1\r\nHost: a\r\n";
    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String IDENTIFIERS = "-" + TRACE_ID + "-00f067aa0ba902b7-01";
    private static final String TRACEPARENT = "traceparent: 00" + IDENTIFIERS + "\r\n";
    private static final List<String> REQUESTS = List.of(
            "GET /openid/v1/jwks" + HOST,
            "GET /openid/v1/jwks" + HOST + TRACEPARENT,
            "GET /.well-known/openid-configuration?a=b" + HOST + "If-None-Match: *\r\n" + TRACEPARENT,
            "POST /openid/v1/jwks" + HOST,
            "OPTIONS *" + HOST + TRACEPARENT,
            "METHOD!#$%&'*+-.^_`|~ /a" + HOST,
            "PROPFIND /%20%22'=;a=b" + HOST + "traceparent: cc" + IDENTIFIERS + "-more\r\n",
            "GET /invalid-trace" + HOST + "traceparent: 00" + IDENTIFIERS + " status=200\r\n",
            "GET /two-traces" + HOST + TRACEPARENT + TRACEPARENT,
            "GET /" + "a".repeat(1000) + HOST,
            "METHOD" + "M".repeat(1000) + " /a" + HOST,
            "GET /healthz" + HOST + TRACEPARENT);

    private static final Pattern TEXT = Pattern.compile("(\\S+Z) (?:(INFO|WARN|ERROR|DEBUG) (.*)|(path=.*))");
    private static final Pattern VARIES = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z" // a time
                    + "|\\b[\\d.]+ ?m?s\\b|(?<=after )\\d+" // a duration, a number of failures
                    + "|127\\.0\\.0\\.1:\\d+|(?<==\"?)/\\S*/(?:token|ca\\.crt)" // an address, a file of the stand-in's
                    + "|LOG_FORMAT=\\w+");

    @Test
    @DisplayName("6.1, 6.3, 6.4: text and JSON tell the same")
    void tellTheSame() {
        // Both at a time, as most of it is waiting.
        CompletableFuture<List<String>> asText = CompletableFuture.supplyAsync(() -> play("text"));
        CompletableFuture<List<String>> asJson = CompletableFuture.supplyAsync(() -> play("json"));
        // Neither gateway is left running where the other has failed.
        CompletableFuture.allOf(asText, asJson).join();
        List<Map<String, String>> json =
                asJson.join().stream().map(LogFormatsIT::ofJson).toList();
        List<Map<String, String>> text =
                asText.join().stream().map(LogFormatsIT::ofText).toList();
        // Requests are answered on several threads, so that lines may change places.
        assertThat(requests(json)).hasSize(REQUESTS.size() + 1).containsExactlyInAnyOrderElementsOf(requests(text));
        assertThat(messages(json)).hasSizeGreaterThan(5).isEqualTo(messages(text));
        assertThat(requests(json))
                .filteredOn(line -> TRACE_ID.equals(line.get("trace_id")))
                .extracting(line -> line.get("path"))
                .as("the paths of those with a valid traceparent")
                .containsExactlyInAnyOrder(
                        "/openid/v1/jwks", "/.well-known/openid-configuration", "*", "/%20%22'=;a=b", "/healthz");
    }

    /** Returns the whole log of a gateway's life. */
    private static List<String> play(String format) {
        try (ApiServerStandIn upstream = ApiServerStandIn.start()) {
            Map<String, String> environment = new HashMap<>(upstream.environment());
            environment.putAll(
                    Map.of("LOG_FORMAT", format, "CACHE_TTL_SECONDS", "3600", "UPSTREAM_TIMEOUT_SECONDS", "300"));
            try (StartedGateway gateway = Launcher.start(environment)) {
                Await.until(BOUND, "the first documents", () -> tells(gateway, "first documents"));
                for (String request : REQUESTS) {
                    RawResponse answer = RawHttp.exchange(gateway.baseUri(), request + "\r\n");
                    assertThat(answer.fields().toString() + answer.text()).doesNotContain(TRACE_ID);
                }
                upstream.jwks().fail(Reply.status(403, "{}"));
                probeUntil(gateway, "fetch failed");
                upstream.jwks().heal();
                probeUntil(gateway, "fetched again");
                RawHttp.exchange(gateway.baseUri(), "HEAD /marker" + HOST + "\r\n");
                gateway.terminate();
                assertThat(gateway.awaitExit(BOUND)).isZero();
                assertThat(upstream.requests().toString()).doesNotContain(TRACE_ID);
                return gateway.log();
            }
        }
    }

    /** Health has documents fetched that are more than a second old, so that it may take several probes. */
    private static void probeUntil(StartedGateway gateway, String words) {
        Await.until(BOUND, words, () -> {
            RawHttp.exchange(gateway.baseUri(), "GET " + PROBED + HOST + "\r\n");
            return tells(gateway, words);
        });
    }

    private static boolean tells(StartedGateway gateway, String words) {
        return gateway.log().stream().anyMatch(line -> line.contains(words));
    }

    private static List<Map<String, String>> requests(List<Map<String, String>> log) {
        return log.stream()
                .filter(line -> line.containsKey("status") && !line.containsValue(PROBED))
                .toList();
    }

    private static Set<Map<String, String>> messages(List<Map<String, String>> log) {
        return log.stream().filter(line -> !line.containsKey("status")).collect(Collectors.toSet());
    }

    /** A request's line has its method where that is not GET, and no level, as that is always INFO. */
    private static Map<String, String> ofText(String line) {
        Matcher parts = TEXT.matcher(line);
        assertThat(parts.matches()).as("a line of a log: %s", line).isTrue();
        Map<String, String> facts = new TreeMap<>(Map.of("timestamp", parts.group(1)));
        if (parts.group(2) != null) {
            facts.putAll(Map.of("level", parts.group(2), "message", parts.group(3)));
        } else {
            facts.putAll(Map.of("level", "INFO", "method", "GET"));
            for (String field : parts.group(4).split(" ", -1)) {
                int equals = field.indexOf('=');
                facts.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return comparable(facts);
    }

    /** JSON says level and duration twice, and has the logger of a message, which the words of the message make up for. */
    private static Map<String, String> ofJson(String line) {
        JsonObject object = new Gson().fromJson(line, JsonObject.class);
        Map<String, String> facts = new TreeMap<>();
        object.entrySet()
                .forEach(member -> facts.put(member.getKey(), member.getValue().getAsString()));
        assertThat(facts.remove("severity")).startsWith(facts.get("level"));
        if (facts.containsKey("status")) {
            assertThat(object.getAsJsonPrimitive("duration_ms").isNumber()).isTrue();
            assertThat(facts.remove("duration_ms") + "ms").isEqualTo(facts.get("duration"));
        } else {
            assertThat(facts.remove("logger")).startsWith("io.github.kubeoidc.gateway.");
        }
        return comparable(facts);
    }

    private static Map<String, String> comparable(Map<String, String> facts) {
        Map<String, String> comparable = new TreeMap<>();
        facts.forEach(
                (name, value) -> comparable.put(name, VARIES.matcher(value).replaceAll("*")));
        return comparable;
    }
}
