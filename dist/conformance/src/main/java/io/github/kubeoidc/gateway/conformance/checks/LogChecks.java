// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** 6.1, 6.2 and 6.5: the lines of requests, and that no client forges one. */
final class LogChecks {

    private static final String TIMESTAMP = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z";
    private static final String MORE_FIELDS = "( (?!(path|status|cache_hit|duration)=)[a-z_]+=\\S+)*";
    static final Pattern ANY_LINE = Pattern.compile("^" + TIMESTAMP + " .*");

    /** Above upstream's time-out in a {@link TestBed}, so that a fetch that hangs has ended. */
    private static final Duration LATE = Duration.ofSeconds(45);

    private LogChecks() {}

    static List<Check> checks(CheckList list) {
        requestLines(list);
        jsonLines(list);
        paths(list);
        return list.checks();
    }

    private static void requestLines(CheckList list) {
        String jwks = ApiServerStandIn.JWKS_PATH;
        list.must(
                "6.1",
                "a miss and then hits have one line each with the four fields in order",
                Map.of(),
                upstream -> upstream.jwks().fail(Reply.status(500, "{}")),
                bed -> {
                    // What the start could not fetch is fetched by a request.
                    Await.until(LATE, "a WARN", () -> warnings(bed).findAny().isPresent());
                    bed.upstream().jwks().heal();
                    Await.until(
                            LATE,
                            "the JWKS, once upstream is well",
                            () -> bed.getJwks().status() == 200);
                    // A line may be written a little after its answer, so each is awaited before the next request.
                    answered(bed, 1);
                    bed.getJwks();
                    answered(bed, 2);
                    bed.head(jwks);
                    answered(bed, 3);
                    bed.get(jwks, "If-None-Match: *");
                    answered(bed, 4);
                    List<String> all = answers(bed).toList();
                    for (int i = 0; i < 4; i++) {
                        hasFields(all.get(i), jwks, i == 3 ? 304 : 200, i > 0);
                    }
                });
        list.must("6.1", "a stale answer counts as one from memory", Map.of("CACHE_TTL_SECONDS", "1"), bed -> {
            bed.prime();
            // The line of the miss may come a little after its answer, and must not pass for one of those that follow.
            lines(bed, jwks, 1);
            bed.upstream().jwks().fail(Reply.hang());
            SharedFetchChecks.untilStale(bed);
            bed.get("/marker");
            lines(bed, "/marker", 1);
            requestsFor(bed, jwks).skip(1).forEach(line -> hasFields(line, jwks, 200, true));
        });
        list.must(
                "6.1",
                "refused and failed requests have a line too",
                Map.of("LOG_LEVEL", "INFO"),
                upstream -> upstream.jwks().fail(Reply.status(500, "{}")),
                bed -> {
                    bed.getJwks();
                    bed.get("/other");
                    bed.exchange(TestBed.request("POST", "/readyz"));
                    bed.get("/healthz");
                    lines(bed, "/healthz", 1);
                    hasFields(requestsFor(bed, jwks).findFirst().orElseThrow(), jwks, 502, false);
                    hasFields(requestsFor(bed, "/other").findFirst().orElseThrow(), "/other", 404, false);
                    hasFields(requestsFor(bed, "/readyz").findFirst().orElseThrow(), "/readyz", 405, false);
                    Expect.holds(
                            requestsFor(bed, "/healthz")
                                    .findFirst()
                                    .orElseThrow()
                                    .contains(" status=503 "),
                            "no line for /healthz with 503");
                });
        list.must("6.1", "what the parser refuses has no line", Map.of(), bed -> {
            bed.exchange("GET /refused HTTP/1.1\r\n\r\n");
            bed.get("/marker");
            lines(bed, "/marker", 1);
            Expect.equal(
                    "the number of lines for a refused request",
                    0L,
                    requestsFor(bed, "/refused").count());
        });
        list.must("6.5", "standard output carries nothing but log lines, standard error nothing", Map.of(), bed -> {
            bed.getJwks();
            bed.exchange("nonsense\r\n\r\n");
            bed.upstream().refuseConnections();
            bed.get("/healthz");
            bed.get("/marker");
            lines(bed, "/marker", 1);
            for (String line : bed.gateway().log()) {
                Expect.holds(ANY_LINE.matcher(line).matches(), "not a log line: " + line);
            }
            Expect.equal("what standard error carries", "", bed.gateway().errors());
        });
    }

    private static void jsonLines(CheckList list) {
        Map<String, String> json = Map.of("LOG_FORMAT", "json");
        list.must("6.1", "LOG_FORMAT=json has the fields as members, with the method", json, bed -> {
            bed.getJwks();
            bed.getJwks();
            bed.get("/quote\"%22\\backslash");
            bed.exchange(TestBed.request("POST", "/marker"));
            Await.until(
                    LATE,
                    "a line for /marker",
                    () -> bed.gateway().log().stream().anyMatch(line -> line.contains("/marker")));
            List<JsonObject> lines =
                    bed.gateway().log().stream().map(Json::object).toList();
            JsonObject hit = lines.stream()
                    .filter(line -> line.has("path")
                            && line.has("cache_hit")
                            && line.get("cache_hit").getAsString().equals("true")
                            && line.get("path").getAsString().equals(ApiServerStandIn.JWKS_PATH))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(
                            "no line for a hit in " + bed.gateway().log()));
            Expect.holds(
                    hit.has("status") && hit.has("duration") && hit.has("method"),
                    "no status, duration or method in " + hit);
            Expect.equal("status", "200", hit.get("status").getAsString());
            Expect.equal("method", "GET", hit.get("method").getAsString());
            Expect.holds(
                    lines.stream().anyMatch(line -> line.toString().contains("listening on http://127.0.0.1:")),
                    "no line says where it listens");
        });
        list.should(
                "6.1", "in JSON a collector finds the time, the level and a duration that is a number", json, bed -> {
                    bed.upstream().refuseConnections();
                    bed.get("/healthz");
                    Await.until(
                            LATE,
                            "a line for /healthz and a WARN",
                            () -> bed.gateway().log().stream().anyMatch(line -> line.contains("\"/healthz\""))
                                    && bed.gateway().log().stream().anyMatch(line -> line.contains("\"WARN\"")));
                    for (String text : bed.gateway().log()) {
                        JsonObject line = Json.object(text);
                        Expect.holds(
                                line.has("timestamp")
                                        && line.get("timestamp").getAsString().matches(TIMESTAMP),
                                "no timestamp as of ISO 8601 in " + text);
                        Expect.holds(line.has("level"), "no level in " + text);
                        String level = line.get("level").getAsString();
                        Expect.equal(
                                "the severity, in Google's words, of " + text,
                                level.equals("WARN") ? "WARNING" : level,
                                line.has("severity") ? line.get("severity").getAsString() : null);
                        if (line.has("duration")) {
                            Expect.holds(
                                    line.has("duration_ms")
                                            && line.getAsJsonPrimitive("duration_ms")
                                                    .isNumber()
                                            && line.get("duration")
                                                    .getAsString()
                                                    .equals(line.get("duration_ms") + "ms"),
                                    "no duration_ms that is a number, and the same as duration, in " + text);
                        }
                    }
                });
        list.must("6.2", "in JSON a method has 256 characters at most", json, bed -> {
            bed.exchange(TestBed.request("METHOD" + "M".repeat(5000), "/odd-method"));
            JsonObject line = Json.object(Await.value(
                    LATE,
                    "a line for the long method",
                    () -> bed.gateway().log().stream()
                            .filter(candidate -> candidate.contains("/odd-method"))
                            .findFirst()
                            .orElse(null)));
            int length = line.get("method").getAsString().length();
            Expect.holds(length <= 256, "a method of 5006 characters is logged with " + length);
        });
        list.must("6.2", "in JSON a path has 256 characters at most", json, bed -> {
            bed.get("/long" + "a".repeat(5000));
            JsonObject line = Json.object(Await.value(
                    LATE,
                    "a line for the long path",
                    () -> bed.gateway().log().stream()
                            .filter(candidate -> candidate.contains("/longaaa"))
                            .findFirst()
                            .orElse(null)));
            int length = line.get("path").getAsString().length();
            Expect.holds(length <= 256, "a path of 5005 characters is logged with " + length);
        });
    }

    private static void paths(CheckList list) {
        list.should("6.1", "another method than GET is told after the four fields", bed -> {
            bed.exchange(TestBed.request("PUT", "/other-method"));
            lines(bed, "/other-method", 1);
            String line = requestsFor(bed, "/other-method").findFirst().orElseThrow();
            Expect.holds(line.endsWith("ms method=PUT"), "no method after the four fields of: " + line);
        });
        list.must("6.2", "a path has 256 characters at most", bed -> {
            bed.get("/long" + "a".repeat(5000));
            String line = Await.value(
                    LATE,
                    "a line for the long path",
                    () -> bed.gateway().log().stream()
                            .filter(candidate -> candidate.contains("path=/longaaa"))
                            .findFirst()
                            .orElse(null));
            String path = line.replaceAll(".*path=(\\S*).*", "$1");
            Expect.holds(path.length() <= 256, "a path of 5005 characters is logged with " + path.length());
        });
        Map<String, String> forgeries = new LinkedHashMap<>();
        forgeries.put("encoded line ends", "/forge1%0d%0apath=/x%20status=200");
        forgeries.put("encoded spaces and fields", "/forge2%20status=200%20cache_hit=true%20duration=0.001ms");
        forgeries.put("bytes beyond ASCII", "/forge3\u0085\u00a0\u00e9");
        forgeries.put("encoded escape sequences", "/forge4%1b%5b31m");
        forgeries.put("quotes and backslashes", "/forge5\"\\n");
        forgeries.forEach((what, target) -> list.must("6.2", "a path with " + what + " forges nothing", bed -> {
            String start = target.substring(0, 7);
            RawResponse response = bed.get(target);
            bed.get(start + "-end");
            Await.until(
                    LATE,
                    "a line for " + start + "-end",
                    () -> requestsFor(bed, start + "-end").count() == 1);
            List<String> lines = bed.gateway().log().stream()
                    .filter(line -> line.contains("path=" + start) && !line.contains(start + "-end"))
                    .toList();
            if (response.status() == 404) {
                Expect.equal("the number of lines for " + what, 1, lines.size());
            }
            for (String line : lines) {
                hasFields(line, null, response.status(), false);
                Expect.holds(line.chars().noneMatch(Character::isISOControl), "a control character in " + line);
            }
        }));
        list.should("6.2", "a query is not logged", bed -> {
            bed.get("/query?access_token=s3cret");
            lines(bed, "/query", 1);
            Expect.holds(
                    bed.gateway().log().stream().noneMatch(line -> line.contains("s3cret")), "a query is in the log");
        });
    }

    static Stream<String> warnings(TestBed bed) {
        return bed.gateway().log().stream()
                .filter(line -> line.contains("WARN") && line.contains(ApiServerStandIn.JWKS_PATH));
    }

    /** The lines of requests for the JWKS that were answered with a document, or told that they have it. */
    private static Stream<String> answers(TestBed bed) {
        return requestsFor(bed, ApiServerStandIn.JWKS_PATH)
                .filter(line -> line.contains(" status=200 ") || line.contains(" status=304 "));
    }

    private static void answered(TestBed bed, int number) {
        Await.until(LATE, number + " lines for the JWKS", () -> answers(bed).count() >= number);
    }

    static Stream<String> requestsFor(TestBed bed, String path) {
        return bed.gateway().log().stream().filter(line -> line.contains(" path=" + path + " status="));
    }

    static void lines(TestBed bed, String path, int number) {
        Await.until(
                LATE,
                number + " lines for " + path,
                () -> requestsFor(bed, path).count() >= number);
    }

    /** Expects the four fields in their order, each once; others may follow. */
    static void hasFields(String line, @Nullable String path, int status, boolean hit) {
        Pattern form = Pattern.compile("^" + TIMESTAMP + " .*path=" + (path == null ? "\\S+" : Pattern.quote(path))
                + " status=" + status + " cache_hit=" + hit + " duration=\\d+\\.\\d{3}ms" + MORE_FIELDS + "$");
        Expect.holds(form.matcher(line).matches(), "expected " + form + ", the line is: " + line);
    }
}
