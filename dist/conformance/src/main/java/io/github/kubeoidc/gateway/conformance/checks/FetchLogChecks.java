// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import static io.github.kubeoidc.gateway.conformance.checks.TestBed.EVERY_REQUEST_FETCHES;

import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** 6.3 and 6.4: what the log says of fetches, of a start and of a stop, and that it never says the token. */
final class FetchLogChecks {

    /** Not a part of an address. */
    private static final Pattern VERSION = Pattern.compile("(?<![\\d.])\\d+\\.\\d+\\.\\d+(?![\\d.])");

    private static final Map<String, String> DEBUG = Map.of("LOG_LEVEL", "DEBUG", "CACHE_TTL_SECONDS", "0");

    /** Above upstream's time-out in a {@link TestBed}, so that a fetch that hangs has ended. */
    private static final Duration LATE = Duration.ofSeconds(45);

    /** As long as is needed to see that a line is not followed by another like it. */
    private static final Duration MOMENT = Duration.ofMillis(300);

    private FetchLogChecks() {}

    static void checks(CheckList list) {
        fetches(list.in("6.3"));
        startAndStop(list.in("6.4"));
        secrets(list.in("6.3"));
    }

    private static void fetches(CheckList list) {
        Map<String, String> quick = Map.of("CACHE_TTL_SECONDS", "0", "UPSTREAM_TIMEOUT_SECONDS", "3");
        Map<String, Consumer<ApiServerStandIn>> causes = Map.of(
                "401: is the token valid?", ApiServerStandIn::replaceToken,
                "403: is the ClusterRole bound?", upstream -> upstream.jwks().fail(Reply.status(403, "{}")),
                "certificate not trusted by SA_CA_CERT_PATH", ApiServerStandIn::replaceAuthority,
                "timed out after 3s", upstream -> upstream.jwks().fail(Reply.hang()),
                "500", upstream -> upstream.jwks().fail(Reply.status(500, "{}")),
                "connection", ApiServerStandIn::refuseConnections,
                "kty", upstream -> upstream.jwks().serve("{\"keys\":[{}]}"));
        causes.forEach((words, fault) -> {
            list.must(
                    "a failed fetch is one WARN line with: " + words,
                    words.startsWith("timed") ? quick : EVERY_REQUEST_FETCHES,
                    fault,
                    // The fetch is that of the start. Requests could fetch once more.
                    bed -> oneWarning(bed, words));
            list.must(
                    "a failed fetch with a stale document says so, and: " + words,
                    words.startsWith("timed") ? quick : EVERY_REQUEST_FETCHES,
                    bed -> {
                        bed.prime();
                        fault.accept(bed.upstream());
                        Expect.that(bed.getJwks()).status(200);
                        String line = oneWarning(bed, words);
                        Expect.holds(
                                line.contains("stale") || line.contains("is served"),
                                "a stale document is served; the log says: " + line);
                    });
        });
        list.must("recovery is one INFO line", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            bed.jwks().fail(Reply.status(500, "{}"));
            bed.getJwks();
            oneWarning(bed, "500");
            bed.forgetLog();
            bed.jwks().heal();
            Await.until(LATE, "an INFO line about " + ApiServerStandIn.JWKS_PATH, () -> {
                bed.getJwks();
                return recoveries(bed).findAny().isPresent();
            });
            bed.getJwks();
            LogChecks.awaitAll(bed);
            Expect.equal(
                    "the number of INFO lines about a recovery",
                    1L,
                    recoveries(bed).count());
        });
    }

    private static Stream<String> recoveries(TestBed bed) {
        return bed.log("INFO", ApiServerStandIn.JWKS_PATH).filter(line -> !line.contains(" status="));
    }

    private static String oneWarning(TestBed bed, String words) {
        bed.awaitLog(LATE, "WARN", ApiServerStandIn.JWKS_PATH);
        Await.pace(MOMENT);
        List<String> all = bed.log("WARN", ApiServerStandIn.JWKS_PATH).toList();
        Expect.holds(all.size() == 1, "one fetch failed; there are " + all.size() + " WARN lines: " + all);
        Expect.holds(all.get(0).contains(words), "no word of '" + words + "' in: " + all.get(0));
        Expect.holds(
                bed.log().allMatch(line -> LogChecks.ANY_LINE.matcher(line).matches()),
                "there is more than log lines: " + bed.gateway().log());
        return all.get(0);
    }

    private static void startAndStop(CheckList list) {
        list.must("at the start version, configuration and address are logged", Map.of(), bed -> {
            Expect.holds(
                    bed.log().anyMatch(line -> VERSION.matcher(line).find()),
                    "no version in " + bed.gateway().log());
            bed.upstream()
                    .environment()
                    .values()
                    .forEach(value -> Expect.holds(bed.isLogged(value), value + " is not logged"));
            Expect.holds(bed.isLogged("listening on http://127.0.0.1:"), "no line says where it listens");
        });
        list.must("at the stop it is logged that requests in flight were finished", Map.of(), bed -> {
            bed.gateway().terminate();
            bed.exits(Duration.ofSeconds(30));
            Expect.holds(
                    bed.log().anyMatch(line -> line.contains("in flight") || line.contains("in-flight")),
                    "no line about requests in flight: " + bed.gateway().log());
        });
    }

    private static void secrets(CheckList list) {
        list.must("the token is never logged, not even at DEBUG", DEBUG, bed -> {
            String first = bed.upstream().token();
            bed.prime();
            String second = bed.upstream().replaceToken();
            bed.getJwks();
            bed.upstream().files().rotateToken(second);
            bed.awaitStatus(LATE, "/readyz", 200);
            bed.upstream().files().rotateToken("s3cret-one\ns3cret-two");
            bed.getJwks();
            bed.upstream().replaceAuthority();
            bed.getJwks();
            LogChecks.awaitAll(bed);
            String all = String.join("\n", bed.gateway().log()) + bed.gateway().errors();
            for (String secret : List.of(first, second)) {
                String signature = secret.substring(secret.lastIndexOf('.') + 1);
                Expect.holds(!all.contains(signature), "a token is in the log");
            }
            Expect.holds(!all.contains("s3cret"), "the content of a malformed token file is in the log");
        });
    }
}
