// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import static io.github.kubeoidc.gateway.conformance.checks.TestBed.EVERY_REQUEST_FETCHES;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** 3.11, 6.4 and 6.6: what the log tells of the documents themselves, and of clients that were refused. */
final class ToldDocumentChecks {

    private static final Duration LATE = Duration.ofSeconds(45);
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private ToldDocumentChecks() {}

    static void checks(CheckList list) {
        first(list.in("6.4"));
        unusable(list.in("6.4"));
        keys(list.in("3.11"));
        refusals(list.in("6.6"));
    }

    private static void first(CheckList list) {
        list.must(
                "with the first good documents issuer, jwks_uri and the number of keys are logged",
                Map.of(),
                upstream -> {
                    upstream.discovery().serve(discovery("https://issuer.example/a", "https://issuer.example/a/keys"));
                    upstream.jwks().serve(keySet(IntStream.range(0, 17).mapToObj(i -> "k" + i)));
                },
                bed -> {
                    told(bed, "INFO", "https://issuer.example/a");
                    told(bed, "INFO", "https://issuer.example/a/keys");
                    Await.until(
                            LATE,
                            "an INFO line with the number of keys, 17",
                            () -> bed.log("INFO")
                                    .anyMatch(line -> line.matches("(?i).*\\b17\\b.*keys?.*|.*keys?.*\\b17\\b.*")));
                    Await.whileHolds(
                            MOMENT,
                            "no WARN about documents that relying parties can use",
                            () -> !bed.isLogged("WARN", "issuer.example"));
                });
    }

    private static void unusable(CheckList list) {
        String usable = "https://issuer.example/a";
        for (String issuer : List.of(
                "http://issuer.example",
                "https://kubernetes.default.svc",
                "https://kubernetes.default.svc.cluster.local",
                "kubernetes/serviceaccount")) {
            isWarned(list, "the issuer " + issuer, discovery(issuer, usable), issuer);
        }
        for (String uri : List.of(
                "https://172.18.0.2:6443/openid/v1/jwks",
                "https://10.1.2.3/openid/v1/jwks",
                "https://192.168.3.4:6443/openid/v1/jwks",
                "https://kubernetes.default.svc.cluster.local/openid/v1/jwks")) {
            isWarned(list, "the jwks_uri " + uri, discovery(usable, uri), uri);
        }
    }

    private static void isWarned(CheckList list, String what, String discovery, String named) {
        list.must(
                what + " is a WARN, and served all the same",
                Map.of(),
                upstream -> upstream.discovery().serve(discovery),
                bed -> {
                    told(bed, "WARN", named);
                    Expect.that(bed.getDiscovery()).status(200);
                });
    }

    private static void keys(CheckList list) {
        list.must("keys that come and go are one INFO line with both", EVERY_REQUEST_FETCHES, bed -> {
            serve(bed, Stream.of("first-key", "second-key"));
            Await.pace(MOMENT);
            bed.forgetLog();
            serve(bed, Stream.of("second-key", "third-key"));
            bed.awaitLog(LATE, "INFO", "third-key", "first-key");
            Await.pace(MOMENT);
            List<String> lines = bed.log("third-key").toList();
            Expect.equal("the number of lines about one change of keys", 1, lines.size());
            Expect.holds(!lines.get(0).contains("second-key"), "a key that stays is told: " + lines);
        });
        list.must("the same keys in another order are not told", EVERY_REQUEST_FETCHES, bed -> {
            serve(bed, Stream.of("first-key", "second-key"));
            Await.pace(MOMENT);
            bed.forgetLog();
            serve(bed, Stream.of("second-key", "first-key"));
            Await.pace(MOMENT);
            bed.notLogged("-key");
        });
        list.must("of many keys ten are told, and how many there are", EVERY_REQUEST_FETCHES, bed -> {
            serve(bed, Stream.of("lone-key"));
            serve(bed, IntStream.range(100, 125).mapToObj(i -> "key-" + i));
            String line = bed.awaitLog(LATE, "INFO", "key-1", "lone-key");
            long told = Pattern.compile("key-1\\d\\d").matcher(line).results().count();
            Expect.equal("the number of keys told", 10L, told);
            Expect.holds(
                    line.replaceAll("key-1\\d\\d|\\d{4}-\\S+Z", "").matches(".*\\b(25|15)\\b.*"),
                    "25 keys came; how many is not told: " + line);
        });
        list.must("a kid forges no line", EVERY_REQUEST_FETCHES, bed -> {
            serve(bed, Stream.of("first-key"));
            serve(bed, Stream.of("odd-key\\n2026-01-01T00:00:00Z WARN forged" + "\\u001b[31m" + "a".repeat(3000)));
            String line = bed.awaitLog(LATE, "INFO", "odd-key");
            Expect.holds(
                    line.chars().noneMatch(Character::isISOControl) && line.length() < 2000,
                    "a kid of 3,000 odd characters is logged as " + RawHttp.abbreviate(line));
            Expect.holds(
                    bed.log().noneMatch(other -> other.startsWith("2026-01-01T")),
                    "a kid with a line end is a line of its own");
        });
        list.must("two key sets that take turns are one WARN", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            for (int i = 0; i < 12; i++) {
                serve(bed, Stream.of(i % 2 == 0 ? "even-key" : "odd-key"));
            }
            bed.awaitLog(LATE, "WARN");
            Await.pace(MOMENT);
            Expect.equal("the number of WARN lines", 1L, bed.log("WARN").count());
            long told = bed.log("INFO")
                    .filter(line -> line.contains("even-key") || line.contains("odd-key"))
                    .count();
            Expect.holds(told <= 5, "12 changes to and fro are told " + told + " times");
        });
    }

    private static void refusals(CheckList list) {
        list.must("clients that are refused are one WARN a minute with their number", Map.of(), bed -> {
            bed.prime();
            String tooMany = TestBed.request("GET", "/", "a:\r\n".repeat(150) + "b:");
            for (int i = 0; i < 23; i++) {
                Expect.that(bed.exchange(tooMany)).status(431);
            }
            Await.until(Duration.ofSeconds(100), "a WARN with the number of refused clients", () -> refused(bed) >= 23);
            Expect.holds(
                    bed.log("WARN").count() <= 2,
                    "23 refused clients are told in " + bed.log("WARN").toList());
        });
    }

    /** The largest number in a WARN line, or the sum of two: the first may have been told at once. */
    private static long refused(TestBed bed) {
        return bed.log("WARN")
                .map(line ->
                        line.replaceFirst("^\\S+ ", "").replaceAll("\\D+", " ").strip())
                .flatMap(numbers -> Stream.of(numbers.split(" ")))
                .filter(number -> !number.isEmpty() && number.length() < 4)
                .mapToLong(Long::parseLong)
                .sum();
    }

    /** Has upstream serve such keys, and the gateway fetch them. */
    private static void serve(TestBed bed, Stream<String> kids) {
        bed.changeJwks(LATE, keySet(kids));
    }

    private static String keySet(Stream<String> kids) {
        return kids.map(kid -> "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"kid\":\"" + kid + "\"}")
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    private static String discovery(String issuer, String jwksUri) {
        return "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + jwksUri + "\"}";
    }

    private static void told(TestBed bed, String level, String what) {
        Pattern whole = Pattern.compile(Pattern.quote(what) + "(?![\\w/.])");
        Await.until(
                LATE,
                "a line of " + level + " with " + what,
                () -> bed.log(level).anyMatch(line -> whole.matcher(line).find()));
    }
}
