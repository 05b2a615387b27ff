// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import static io.github.kubeoidc.gateway.conformance.checks.TestBed.EVERY_REQUEST_FETCHES;

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

    static void checks(CheckList list) {
        list.must(
                "after a failure a missing document is 502 at once and upstream is not asked",
                Map.of(),
                upstream -> upstream.jwks().fail(FAILURE),
                bed -> {
                    Expect.that(bed.getJwks()).status(502);
                    int fetches = bed.jwks().fetches();
                    long start = System.nanoTime();
                    for (int i = 0; i < 20; i++) {
                        Expect.that(bed.getJwks()).status(502);
                    }
                    int more = bed.jwks().fetches() - fetches;
                    double seconds = Concurrently.secondsSince(start);
                    Expect.holds(
                            more <= 1 + seconds / 0.5,
                            "20 requests within " + seconds + " s of a failure cost " + more + " fetches");
                });
        list.must(
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
        list.must("the while grows from 1 s", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            List<Double> gaps = failures(bed, 4);
            // With a jitter of a half at most. They are longer where a busy machine asks late.
            Expect.holds(
                    gaps.get(0) > 0.4 && gaps.get(1) > 0.9 && gaps.get(2) > 1.9 && gaps.get(0) < 15,
                    "after failures upstream was asked after " + gaps + " s, which is not 1 s doubled and doubled");
        });
        list.must(
                "a health probe may ask sooner, and its success ends the memory",
                Map.of(),
                upstream -> upstream.jwks().fail(FAILURE),
                bed -> {
                    Await.until(LATE, "five failures", () -> {
                        Expect.that(bed.getJwks()).status(502);
                        return bed.jwks().fetches() >= 5;
                    });
                    // The next fetch on demand is 16 s away, less the jitter.
                    bed.jwks().heal();
                    bed.awaitStatus(Duration.ofSeconds(7), "/readyz", 200);
                    Expect.that(bed.getJwks()).status(200);
                });
        list.must("a success ends the memory, so that the next while is short again", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            failures(bed, 4);
            bed.changeJwks(LATE, ConnectionChecks.largeKeySet(10));
            List<Double> gaps = failures(bed, 2);
            // A while that goes on growing would be 16 s, less the jitter.
            Expect.holds(gaps.get(0) < 7, "after a success and a failure upstream was asked after " + gaps + " s");
        });
        list.must(
                "one document's failure keeps nothing from the other",
                Map.of(),
                upstream -> upstream.jwks().fail(FAILURE),
                bed -> {
                    Expect.that(bed.getJwks()).status(502);
                    Expect.that(bed.getDiscovery()).status(200);
                });
    }

    /** Asks for the JWKS, which is there, until so many fetches of it have failed, and returns the seconds between them. */
    private static List<Double> failures(TestBed bed, int number) {
        bed.jwks().fail(FAILURE);
        int before = bed.jwks().fetches();
        Await.until(LATE, number + " fetches from a failing upstream", () -> {
            Expect.that(bed.getJwks()).status(200);
            return bed.jwks().fetches() >= before + number;
        });
        return bed.gaps(ApiServerStandIn.JWKS_PATH, before);
    }
}
