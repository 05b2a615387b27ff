// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** 3.4: a failure is remembered for a short, growing while. */
final class FailureMemoryChecks {

    private static final Reply FAILURE = Reply.status(500, "{}");
    private static final Duration LATE = Duration.ofSeconds(60);

    private FailureMemoryChecks() {}

    static List<Check> checks(CheckList list) {
        list.must(
                "3.4",
                "after a failure a missing document is 502 at once and upstream is not asked",
                Map.of(),
                upstream -> upstream.jwks().fail(FAILURE),
                bed -> {
                    Expect.that(bed.getJwks()).status(502);
                    int fetches = bed.upstream().jwks().fetches();
                    long start = System.nanoTime();
                    for (int i = 0; i < 20; i++) {
                        Expect.that(bed.getJwks()).status(502);
                    }
                    int more = bed.upstream().jwks().fetches() - fetches;
                    double seconds = (System.nanoTime() - start) / 1e9;
                    Expect.holds(
                            more <= 1 + seconds / 0.5,
                            "20 requests within " + seconds + " s of a failure cost " + more + " fetches");
                });
        list.must(
                "3.4",
                "a hanging upstream delays one request for a missing document, not those after it",
                Map.of("UPSTREAM_TIMEOUT_SECONDS", "6"),
                upstream -> upstream.jwks().fail(Reply.hang()),
                bed -> {
                    Expect.that(bed.getJwks()).status(502);
                    Duration time =
                            Concurrently.time(() -> Expect.that(bed.getJwks()).status(502));
                    Expect.holds(
                            time.toMillis() < 5000, "the request after a time-out took " + time.toMillis() + " ms");
                });
        list.must("3.4", "the while grows from 1 s", Map.of("CACHE_TTL_SECONDS", "0"), bed -> {
            bed.prime();
            int good = bed.upstream().jwks().fetches();
            failures(bed, 4);
            List<Double> gaps = bed.gaps(ApiServerStandIn.JWKS_PATH, good);
            // With a jitter of a half at most. They are longer where a busy machine asks late.
            Expect.holds(
                    gaps.get(0) > 0.4 && gaps.get(1) > 0.9 && gaps.get(2) > 1.9 && gaps.get(0) < 15,
                    "after failures upstream was asked after " + gaps + " s, which is not 1 s doubled and doubled");
        });
        list.must(
                "3.4",
                "a health probe may ask sooner, and its success ends the memory",
                Map.of(),
                upstream -> upstream.jwks().fail(FAILURE),
                bed -> {
                    Await.until(LATE, "five failures", () -> {
                        Expect.that(bed.getJwks()).status(502);
                        return bed.upstream().jwks().fetches() >= 5;
                    });
                    // The next fetch on demand is 16 s away, less the jitter.
                    bed.upstream().jwks().heal();
                    Await.until(
                            Duration.ofSeconds(7),
                            "health to be good again",
                            () -> bed.get("/readyz").status() == 200);
                    Expect.that(bed.getJwks()).status(200);
                });
        list.must(
                "3.4",
                "a success ends the memory, so that the next while is short again",
                Map.of("CACHE_TTL_SECONDS", "0"),
                bed -> {
                    bed.prime();
                    failures(bed, 4);
                    String next = ConnectionChecks.largeKeySet(10);
                    bed.upstream().jwks().serve(next);
                    Await.until(
                            LATE,
                            "a fetch after the outage",
                            () -> Json.same(next, bed.getJwks().text()));
                    int good = bed.upstream().jwks().fetches();
                    failures(bed, 2);
                    List<Double> gaps = bed.gaps(ApiServerStandIn.JWKS_PATH, good);
                    // A while that goes on growing would be 16 s, less the jitter.
                    Expect.holds(
                            gaps.get(0) < 7, "after a success and a failure upstream was asked after " + gaps + " s");
                });
        list.must(
                "3.4",
                "one document's failure keeps nothing from the other",
                Map.of(),
                upstream -> upstream.jwks().fail(FAILURE),
                bed -> {
                    Expect.that(bed.getJwks()).status(502);
                    Expect.that(bed.getDiscovery()).status(200);
                });
        return list.checks();
    }

    /** Asks for the JWKS, which is there, until so many fetches of it have failed. */
    private static void failures(TestBed bed, int number) {
        bed.upstream().jwks().fail(FAILURE);
        int before = bed.upstream().jwks().fetches();
        Await.until(LATE, number + " fetches from a failing upstream", () -> {
            Expect.that(bed.getJwks()).status(200);
            return bed.upstream().jwks().fetches() >= before + number;
        });
    }
}
