// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** 6.1, 6.2 and 6.5: the lines of requests, and that no client forges one. */
final class LogChecks {

    private static final String JWKS = ApiServerStandIn.JWKS_PATH;
    private static final Map<String, String> JSON = Map.of("LOG_FORMAT", "json");
    private static final String TIMESTAMP = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z";
    private static final String MORE_FIELDS = "( (?!(path|status|cache_hit|duration)=)[a-z_]+=\\S+)*";
    static final Pattern ANY_LINE = Pattern.compile("^" + TIMESTAMP + " .*");

    /** Above upstream's time-out in a {@link TestBed}, so that a fetch that hangs has ended. */
    private static final Duration LATE = Duration.ofSeconds(45);

    /** No two markers have one path. */
    private static final AtomicInteger MARKERS = new AtomicInteger();

    private LogChecks() {}

    static void checks(CheckList list) {
        requestLines(list.in("6.1"));
        jsonLines(list.in("6.1"));
        lengths(list.in("6.2"));
        forgeries(list.in("6.2"));
        list.in("6.5").must("standard output carries nothing but log lines, standard error nothing", Map.of(), bed -> {
            bed.getJwks();
            bed.exchange("nonsense\r\n\r\n");
            bed.upstream().refuseConnections();
            bed.get("/healthz");
            awaitAll(bed);
            bed.log().forEach(line -> Expect.holds(ANY_LINE.matcher(line).matches(), "not a log line: " + line));
            Expect.equal("what standard error carries", "", bed.gateway().errors());
        });
    }

    private static void requestLines(CheckList list) {
        Consumer<ApiServerStandIn> noJwks = upstream -> upstream.jwks().fail(Reply.status(500, "{}"));
        list.must("a miss and then hits have one line each with the four fields in order", Map.of(), noJwks, bed -> {
            // What the start could not fetch is fetched by a request.
            bed.awaitLog(LATE, "WARN", JWKS);
            bed.jwks().heal();
            bed.awaitStatus(LATE, JWKS, 200);
            // A line may be written a little after its answer, so each is awaited before the next request.
            answered(bed, 1);
            bed.getJwks();
            answered(bed, 2);
            bed.head(JWKS);
            answered(bed, 3);
            bed.get(JWKS, "If-None-Match: *");
            answered(bed, 4);
            List<String> all = answers(bed).toList();
            for (int i = 0; i < 4; i++) {
                hasFields(all.get(i), JWKS, i == 3 ? 304 : 200, i > 0);
            }
        });
        list.must("a stale answer counts as one from memory", Map.of("CACHE_TTL_SECONDS", "1"), bed -> {
            bed.prime();
            // The line of the miss may come a little after its answer, and must not pass for one of those that follow.
            line(bed, JWKS);
            bed.jwks().fail(Reply.hang());
            SharedFetchChecks.untilStale(bed);
            awaitAll(bed);
            requestsFor(bed, JWKS).skip(1).forEach(line -> hasFields(line, JWKS, 200, true));
        });
        list.must("refused and failed requests have a line too", Map.of("LOG_LEVEL", "INFO"), noJwks, bed -> {
            bed.getJwks();
            bed.get("/other");
            bed.exchange(TestBed.request("POST", "/readyz"));
            bed.get("/healthz");
            line(bed, "/healthz");
            hasFields(line(bed, JWKS), JWKS, 502, false);
            hasFields(line(bed, "/other"), "/other", 404, false);
            hasFields(line(bed, "/readyz"), "/readyz", 405, false);
            Expect.holds(line(bed, "/healthz").contains(" status=503 "), "no line for /healthz with 503");
        });
        list.must("what the parser refuses has no line", Map.of(), bed -> {
            bed.exchange("GET /refused HTTP/1.1\r\n\r\n");
            awaitAll(bed);
            bed.notLogged(" path=/refused status=");
        });
        list.should("another method than GET is told after the four fields", bed -> {
            bed.exchange(TestBed.request("PUT", "/other-method"));
            String line = line(bed, "/other-method");
            Expect.holds(line.endsWith("ms method=PUT"), "no method after the four fields of: " + line);
        });
    }

    private static void jsonLines(CheckList list) {
        list.must("LOG_FORMAT=json has the fields as members, with the method", JSON, bed -> {
            bed.getJwks();
            bed.getJwks();
            bed.get("/quote\"%22\\backslash");
            bed.exchange(TestBed.request("POST", "/marker"));
            bed.awaitLog(LATE, "/marker");
            List<JsonObject> lines = bed.log().map(Json::object).toList();
            JsonObject hit = lines.stream()
                    .filter(line -> "true".equals(text(line, "cache_hit")) && JWKS.equals(text(line, "path")))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no line for a hit in " + lines));
            Expect.holds(hit.has("duration"), "no duration in " + hit);
            Expect.equal("status", "200", text(hit, "status"));
            Expect.equal("method", "GET", text(hit, "method"));
            Expect.holds(
                    lines.stream().anyMatch(line -> line.toString().contains("listening on http://127.0.0.1:")),
                    "no line says where it listens");
        });
        list.should("in JSON a collector finds the time, the level and a duration that is a number", JSON, bed -> {
            bed.upstream().refuseConnections();
            bed.get("/healthz");
            bed.awaitLog(LATE, "\"/healthz\"");
            bed.awaitLog(LATE, "\"WARN\"");
            bed.log().map(Json::object).forEach(line -> {
                String timestamp = text(line, "timestamp");
                Expect.holds(
                        timestamp != null && timestamp.matches(TIMESTAMP), "no timestamp as of ISO 8601 in " + line);
                String level = text(line, "level");
                Expect.holds(level != null, "no level in " + line);
                Expect.equal(
                        "the severity, in Google's words, of " + line,
                        "WARN".equals(level) ? "WARNING" : level,
                        text(line, "severity"));
                if (line.has("duration")) {
                    Expect.holds(
                            line.has("duration_ms")
                                    && line.getAsJsonPrimitive("duration_ms").isNumber()
                                    && (line.get("duration_ms") + "ms").equals(text(line, "duration")),
                            "no duration_ms that is a number, and the same as duration, in " + line);
                }
            });
        });
    }

    /** A member's text. */
    static @Nullable String text(JsonObject line, String member) {
        return line.has(member) ? line.get(member).getAsString() : null;
    }

    private static void lengths(CheckList list) {
        list.must("in JSON a method has 256 characters at most", JSON, bed -> {
            bed.exchange(TestBed.request("METHOD" + "M".repeat(5000), "/odd-method"));
            isShort(text(Json.object(bed.awaitLog(LATE, "/odd-method")), "method"));
        });
        list.must("in JSON a path has 256 characters at most", JSON, bed -> {
            bed.get("/long" + "a".repeat(5000));
            isShort(text(Json.object(bed.awaitLog(LATE, "/longaaa")), "path"));
        });
        list.must("a path has 256 characters at most", bed -> {
            bed.get("/long" + "a".repeat(5000));
            isShort(bed.awaitLog(LATE, "path=/longaaa").replaceAll(".*path=(\\S*).*", "$1"));
        });
    }

    private static void isShort(@Nullable String logged) {
        Expect.holds(
                logged != null && logged.length() <= 256,
                "of more than 5000 characters more than 256 are logged, or none: " + logged);
    }

    private static void forgeries(CheckList list) {
        Map<String, String> forgeries = Map.of(
                "encoded line ends", "/forge1%0d%0apath=/x%20status=200",
                "encoded spaces and fields", "/forge2%20status=200%20cache_hit=true%20duration=0.001ms",
                "bytes beyond ASCII", "/forge3\u0085\u00a0\u00e9",
                "encoded escape sequences", "/forge4%1b%5b31m",
                "quotes and backslashes", "/forge5\"\\n");
        forgeries.forEach((what, target) -> list.must("a path with " + what + " forges nothing", bed -> {
            String start = target.substring(0, 7);
            RawResponse response = bed.get(target);
            bed.get(start + "-end");
            line(bed, start + "-end");
            List<String> lines = bed.log("path=" + start)
                    .filter(line -> !line.contains(start + "-end"))
                    .toList();
            if (response.status() == 404) {
                Expect.equal("the number of lines for " + what, 1, lines.size());
            }
            for (String line : lines) {
                hasFields(line, null, response.status(), false);
                Expect.holds(line.chars().noneMatch(Character::isISOControl), "a control character in " + line);
            }
        }));
        list.should("a query is not logged", bed -> {
            bed.get("/query?access_token=s3cret");
            line(bed, "/query");
            bed.notLogged("s3cret");
        });
    }

    /** Waits until the lines of all requests so far are there: until that of one more is. */
    static void awaitAll(TestBed bed) {
        String marker = "/marker-" + MARKERS.incrementAndGet();
        bed.get(marker);
        line(bed, marker);
    }

    /** Waits for the line of a request. */
    static String line(TestBed bed, String path) {
        return bed.awaitLog(LATE, " path=" + path + " status=");
    }

    /** The lines of requests for the JWKS that were answered with a document, or told that they have it. */
    private static Stream<String> answers(TestBed bed) {
        return requestsFor(bed, JWKS).filter(line -> line.contains(" status=200 ") || line.contains(" status=304 "));
    }

    private static void answered(TestBed bed, int number) {
        Await.until(LATE, number + " lines for the JWKS", () -> answers(bed).count() >= number);
    }

    static Stream<String> requestsFor(TestBed bed, String path) {
        return bed.log(" path=" + path + " status=");
    }

    /** Expects the four fields in their order, each once; others may follow. */
    static void hasFields(String line, @Nullable String path, int status, boolean hit) {
        Pattern form = Pattern.compile("^" + TIMESTAMP + " .*path=" + (path == null ? "\\S+" : Pattern.quote(path))
                + " status=" + status + " cache_hit=" + hit + " duration=\\d+\\.\\d{3}ms" + MORE_FIELDS + "$");
        Expect.holds(form.matcher(line).matches(), "expected " + form + ", the line is: " + line);
    }
}
