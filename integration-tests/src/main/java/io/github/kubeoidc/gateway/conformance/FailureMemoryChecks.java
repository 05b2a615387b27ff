// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** 3.4: a failure is remembered for a short, growing while. */
final class FailureMemoryChecks {

    private static final Reply FAILURE = Reply.status(500, "{}");

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
                            more <= Math.ceil(seconds / 0.5),
                            "20 requests within " + seconds + " s of a failure cost " + more + " fetches");
                });
        list.must(
                "3.4",
                "a hanging upstream delays one request for a missing document, not those after it",
                Map.of("UPSTREAM_TIMEOUT_SECONDS", "2"),
                upstream -> upstream.jwks().fail(Reply.hang()),
                bed -> {
                    Expect.that(bed.getJwks()).status(502);
                    Duration time =
                            Together.time(() -> Expect.that(bed.getJwks()).status(502));
                    Expect.holds(
                            time.toMillis() < 1000, "the request after a time-out took " + time.toMillis() + " ms");
                });
        list.must("3.4", "the while grows from 1 s", Map.of("CACHE_TTL_SECONDS", "0"), bed -> {
            bed.primeJwks();
            bed.upstream().jwks().fail(FAILURE);
            Await.until(Duration.ofSeconds(16), "five fetches from a failing upstream", () -> {
                Expect.that(bed.getJwks()).status(200);
                return bed.upstream().jwks().fetches() >= 5;
            });
            List<Double> gaps = gaps(bed);
            // The first is from the good fetch to the first failure.
            double first = gaps.get(1);
            double second = gaps.get(2);
            double third = gaps.get(3);
            Expect.holds(first > 0.4 && first < 1.8, "after one failure upstream was asked after " + first + " s");
            Expect.holds(
                    third > first * 1.5 && third < 7 && second < third * 1.3,
                    "after failures upstream was asked after " + gaps.subList(1, 4) + " s, which does not double");
        });
        list.must(
                "3.4",
                "a health probe may ask sooner, and its success ends the memory",
                Map.of(),
                upstream -> upstream.jwks().fail(FAILURE),
                bed -> {
                    Await.until(Duration.ofSeconds(10), "three failures", () -> {
                        Expect.that(bed.getJwks()).status(502);
                        return bed.upstream().jwks().fetches() >= 3;
                    });
                    // The next fetch on demand is seconds away.
                    bed.upstream().jwks().heal();
                    Await.until(
                            Duration.ofMillis(1900),
                            "health to be good again",
                            () -> bed.get("/readyz").status() == 200);
                    Expect.that(bed.getJwks()).status(200);
                });
        list.must(
                "3.4",
                "a success ends the memory, so that the next while is short again",
                Map.of("CACHE_TTL_SECONDS", "0"),
                bed -> {
                    bed.primeJwks();
                    bed.upstream().jwks().fail(FAILURE);
                    CacheChecks.untilAskedAgain(bed, 3);
                    bed.upstream().jwks().heal();
                    Await.until(Duration.ofSeconds(8), "a fetch after the outage", () -> {
                        int before = bed.upstream().jwks().fetches();
                        bed.getJwks();
                        bed.getJwks();
                        return bed.upstream().jwks().fetches() >= before + 2;
                    });
                    bed.upstream().jwks().fail(FAILURE);
                    int fetches = bed.upstream().jwks().fetches();
                    CacheChecks.untilAskedAgain(bed, fetches + 1);
                    List<Double> gaps = gaps(bed);
                    double last = gaps.get(gaps.size() - 1);
                    Expect.holds(last < 1.8, "after a success and a failure upstream was asked after " + last + " s");
                });
        list.must("3.4", "one document's failure keeps nothing from the other", Map.of(), bed -> {
            bed.upstream().jwks().fail(FAILURE);
            Expect.that(bed.getJwks()).status(502);
            Expect.that(bed.getDiscovery()).status(200);
        });
        return list.checks();
    }

    /** Seconds between the fetches of the JWKS. */
    private static List<Double> gaps(TestBed bed) {
        List<Double> gaps = new ArrayList<>();
        List<Long> times = bed.upstream().requests().stream()
                .filter(request -> request.path().equals(ApiServerStandIn.JWKS_PATH))
                .map(UpstreamRequest::nanoTime)
                .toList();
        for (int i = 1; i < times.size(); i++) {
            gaps.add((times.get(i) - times.get(i - 1)) / 1e9);
        }
        return gaps;
    }
}
