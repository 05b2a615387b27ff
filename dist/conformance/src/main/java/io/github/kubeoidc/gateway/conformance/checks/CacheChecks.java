// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import static io.github.kubeoidc.gateway.conformance.checks.TestBed.EVERY_REQUEST_FETCHES;

import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** 3.1, 3.5 to 3.8 and 3.12: what is served from memory, and how often upstream is asked. */
final class CacheChecks {

    /** For what has to happen some time. */
    private static final Duration LATE = Duration.ofSeconds(40);

    private CacheChecks() {}

    static void checks(CheckList list) {
        start(list.in("3.12"));
        fresh(list.in("3.1"));
        refreshed(list.in("3.5"));
        rarelyFetched(list.in("3.6"));
        noTimeToLive(list.in("3.7"));
        list.in("3.8").must("the tag stays while upstream's document stays", EVERY_REQUEST_FETCHES, bed -> {
            String tag = bed.getJwks().require("ETag");
            Expect.that(bed.getJwks()).field("ETag", tag);
            Expect.that(bed.get(ApiServerStandIn.JWKS_PATH, "If-None-Match: " + tag))
                    .status(304);
        });
    }

    private static void start(CheckList list) {
        list.must("at the start both documents are fetched without a request, once", Map.of(), bed -> {
            awaitFetches(bed);
            Await.whileHolds(
                    Duration.ofSeconds(2), "one fetch of each document", () -> SharedFetchChecks.oneFetchEach(bed));
            bed.prime();
            Expect.holds(
                    SharedFetchChecks.oneFetchEach(bed), "documents that were fetched at the start are fetched again");
        });
        list.must("what was fetched at the start is served without upstream", Map.of(), bed -> {
            awaitFetches(bed);
            // The answer to a fetch is with the gateway long before these connections are refused, or else cut.
            Await.pace(Duration.ofSeconds(1));
            bed.upstream().refuseConnections();
            bed.prime();
        });
        list.must(
                "what is wrong with upstream is in the log without a request",
                Map.of(),
                upstream -> TestBed.failBoth(upstream, Reply.status(403, "{}")),
                bed -> {
                    for (String path : HttpInterfaceChecks.DOCUMENTS.values()) {
                        bed.awaitLog(LATE, "WARN", path, "403");
                    }
                });
        list.must(
                "a start waits for no fetch",
                Map.of(),
                upstream -> upstream.hangHandshakes(true),
                // That it listens has been seen.
                bed -> Expect.that(bed.get("/other")).status(404));
    }

    private static void awaitFetches(TestBed bed) {
        Await.until(LATE, "a fetch of each document that nobody asked for", () -> SharedFetchChecks.oneFetchEach(bed));
    }

    private static void fresh(CheckList list) {
        list.must("a fresh document is served without upstream", Map.of(), bed -> {
            RawResponse jwks = bed.getJwks();
            RawResponse discovery = bed.getDiscovery();
            for (int i = 0; i < 20; i++) {
                bed.documentsAre(200);
            }
            int fetches = bed.jwks().fetches() + bed.discovery().fetches();
            Expect.equal("the number of fetches for two documents", 2, fetches);
            bed.upstream().refuseConnections();
            for (int i = 0; i < 50; i++) {
                bed.stillServes(jwks, 1);
                Expect.that(bed.getDiscovery()).status(200).body(discovery.text());
            }
        });
        list.must("nobody waits for upstream while the document is fresh", Map.of(), bed -> {
            RawResponse good = bed.prime();
            bed.failBoth(Reply.hang());
            bed.stillServes(good, 20, SharedFetchChecks.SOON);
            Expect.equal("the number of fetches", 1, bed.jwks().fetches());
        });
    }

    private static void refreshed(CheckList list) {
        list.must(
                "from 80 % of the TTL on a request refreshes behind itself",
                Map.of("CACHE_TTL_SECONDS", "5"), bed -> {
                    bed.prime();
                    // The request that refreshes would wait for 300 ms if it took the document for a stale one. It is
                    // one of those that a busy machine may hold up for longer, but not time after time.
                    Await.until(LATE, "a refresh behind a request that is answered within 290 ms", () -> {
                        int fetches = bed.jwks().fetches();
                        bed.jwks().hold();
                        Duration slowest = Duration.ZERO;
                        while (bed.jwks().fetches() == fetches) {
                            Duration time = Concurrently.time(
                                    () -> Expect.that(bed.getJwks()).status(200));
                            slowest = time.compareTo(slowest) > 0 ? time : slowest;
                            Await.pace(Duration.ofMillis(20));
                        }
                        bed.jwks().release();
                        List<Double> gaps = bed.gaps(ApiServerStandIn.JWKS_PATH, fetches - 1);
                        Expect.holds(gaps.get(0) > 3.9, "TTL 5 s; upstream was asked again after " + gaps + " s");
                        boolean inTime = gaps.get(0) < 4.9;
                        return inTime && slowest.toMillis() < 290;
                    });
                    bed.changeJwks(LATE, ConnectionChecks.largeKeySet(10));
                });
    }

    private static void rarelyFetched(CheckList list) {
        list.must("upstream sees one fetch per document and 0.8 TTL at most", Map.of("CACHE_TTL_SECONDS", "2"), bed -> {
            bed.prime();
            try (Concurrently together = new Concurrently()) {
                Await.whileHolds(Duration.ofSeconds(6), "every request is answered with 200", () -> {
                    try {
                        Concurrently.answered(200, together.start(8, bed::getJwks));
                        return true;
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
            }
            List<Double> gaps = bed.gaps(ApiServerStandIn.JWKS_PATH, 0);
            Expect.holds(
                    !gaps.isEmpty() && gaps.stream().allMatch(gap -> gap > 1.55),
                    "TTL 2 s; upstream was asked again after " + gaps + " s");
        });
    }

    private static void noTimeToLive(CheckList list) {
        list.must("with a TTL of 0 every request fetches", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            for (int i = 1; i <= 5; i++) {
                int fetches = bed.jwks().fetches();
                Expect.that(bed.getJwks()).status(200);
                bed.awaitFetch(LATE, fetches);
            }
        });
        list.must("with a TTL of 0 requests share what is in flight", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            int fetches = bed.jwks().fetches();
            bed.jwks().hold();
            SharedFetchChecks.shareOneFetch(bed, fetches, 50, 200);
        });
        list.must("with a TTL of 0 a hanging upstream delays by 300 ms at most", EVERY_REQUEST_FETCHES, bed -> {
            RawResponse good = bed.prime();
            bed.jwks().fail(Reply.hang());
            bed.stillServes(good, 5, SharedFetchChecks.SOON);
        });
        list.must("with a TTL of 0 failures are remembered and stale documents served", EVERY_REQUEST_FETCHES, bed -> {
            RawResponse good = bed.prime();
            bed.jwks().fail(Reply.status(503, "{}"));
            int before = bed.jwks().fetches();
            long begun = System.nanoTime();
            bed.stillServes(good, 20);
            int fetches = bed.jwks().fetches() - before;
            double seconds = Concurrently.secondsSince(begun);
            Expect.holds(
                    fetches <= 2 + seconds / 0.5,
                    "20 requests to a failing upstream within " + seconds + " s cost " + fetches + " fetches");
        });
    }
}
