// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** 3.1 to 3.3 and 3.5 to 3.8: what is served from memory, who waits, and how often upstream is asked. */
final class CacheChecks {

    private static final Map<String, String> STALE_AFTER_ONE_SECOND = Map.of("CACHE_TTL_SECONDS", "1");
    private static final Map<String, String> EVERY_REQUEST_FETCHES = Map.of("CACHE_TTL_SECONDS", "0");

    /** Far above 300 ms for the sake of busy machines, far below the time-out of 5 s. */
    private static final Duration SOON = Duration.ofMillis(1500);

    private CacheChecks() {}

    static List<Check> checks(CheckList list) {
        fresh(list);
        sharedFetch(list);
        stale(list);
        backgroundRefresh(list);
        noTimeToLive(list);
        return list.checks();
    }

    private static void fresh(CheckList list) {
        list.must("3.1", "a fresh document is served without upstream", Map.of(), bed -> {
            RawResponse jwks = bed.getJwks();
            RawResponse discovery = bed.getDiscovery();
            for (int i = 0; i < 20; i++) {
                Expect.that(bed.getJwks()).status(200);
                Expect.that(bed.getDiscovery()).status(200);
            }
            int fetches =
                    bed.upstream().jwks().fetches() + bed.upstream().discovery().fetches();
            Expect.equal("the number of fetches for two documents", 2, fetches);
            bed.upstream().refuseConnections();
            for (int i = 0; i < 50; i++) {
                Expect.that(bed.getJwks()).status(200).body(jwks.text());
                Expect.that(bed.getDiscovery()).status(200).body(discovery.text());
            }
        });
        list.must("3.1", "nobody waits for upstream while the document is fresh", Map.of(), bed -> {
            bed.primeJwks();
            bed.upstream().jwks().fail(Reply.hang());
            bed.upstream().discovery().fail(Reply.hang());
            for (int i = 0; i < 20; i++) {
                answeredWithin(bed, Duration.ofMillis(300));
            }
            Expect.equal("the number of fetches", 1, bed.upstream().jwks().fetches());
        });
        list.must("3.8", "the tag stays while upstream's document stays", EVERY_REQUEST_FETCHES, bed -> {
            String tag = bed.getJwks().require("ETag");
            Expect.that(bed.getJwks()).field("ETag", tag);
            Expect.that(bed.get(ApiServerStandIn.JWKS_PATH, "If-None-Match: " + tag))
                    .status(304);
        });
    }

    private static void sharedFetch(CheckList list) {
        list.must("3.2", "200 simultaneous first requests cost one fetch per document", Map.of(), bed -> {
            CountDownLatch release = new CountDownLatch(1);
            for (ServedDocument document :
                    List.of(bed.upstream().jwks(), bed.upstream().discovery())) {
                document.fail(Reply.status(200, document.json()).after(release));
            }
            try (Together together = new Together()) {
                List<Future<RawResponse>> jwks = together.start(100, bed::getJwks);
                List<Future<RawResponse>> discovery = together.start(100, bed::getDiscovery);
                Await.until(
                        Duration.ofSeconds(5),
                        "a fetch of both documents",
                        () -> bed.upstream().jwks().fetches() > 0
                                && bed.upstream().discovery().fetches() > 0);
                Await.whileHolds(
                        Duration.ofSeconds(1),
                        "one fetch per document with 200 requests waiting",
                        () -> oneFetchEach(bed));
                release.countDown();
                for (RawResponse response : Together.results(jwks)) {
                    Expect.that(response).status(200);
                }
                for (RawResponse response : Together.results(discovery)) {
                    Expect.that(response).status(200);
                }
                Expect.holds(
                        oneFetchEach(bed), "200 simultaneous first requests cost more than one fetch per document");
            }
        });
        list.must("3.2", "100 simultaneous requests share a fetch that fails", Map.of(), bed -> {
            shareOneFetch(bed, 100, Reply.status(500, "{}"), 502);
        });
        list.must("3.2", "requests that wait hold no container thread", Map.of(), bed -> {
            Expect.that(bed.getDiscovery()).status(200);
            long threads = bed.gateway().threads();
            CountDownLatch release = new CountDownLatch(1);
            bed.upstream()
                    .jwks()
                    .fail(Reply.status(200, bed.upstream().jwks().json()).after(release));
            try (Together together = new Together()) {
                List<Future<RawResponse>> waiting = together.start(400, bed::getJwks);
                Await.whileHolds(
                        Duration.ofSeconds(2),
                        "another document is served within a second while 400 requests wait for one",
                        () -> Together.time(() ->
                                                Expect.that(bed.getDiscovery()).status(200))
                                        .toMillis()
                                < 1000);
                long more = bed.gateway().threads() - threads;
                Expect.holds(more < 50, "400 waiting requests cost " + more + " threads");
                release.countDown();
                for (RawResponse response : Together.results(waiting)) {
                    Expect.that(response).status(200);
                }
            }
        });
        list.must("3.2", "a document that hangs does not hold up the other", Map.of(), bed -> {
            bed.upstream().jwks().fail(Reply.hang());
            try (Together together = new Together()) {
                together.start(bed::getJwks);
                Duration time =
                        Together.time(() -> Expect.that(bed.getDiscovery()).status(200));
                // Its upstream time-out is 30 s; a first handshake on a busy machine may take some of them.
                Expect.holds(time.toSeconds() < 15, "the JWKS hangs; the discovery document took " + time);
            }
        });
    }

    /** Everywhere between the first packet and the last where an upstream can fall silent. */
    private static Map<String, Consumer<ApiServerStandIn>> hangingUpstreams() {
        Map<String, Consumer<ApiServerStandIn>> faults = new LinkedHashMap<>();
        faults.put("that takes no connections", ApiServerStandIn::ignoreConnections);
        faults.put("whose handshakes hang", upstream -> upstream.hangHandshakes(true));
        faults.put(
                "whose head dribbles",
                upstream -> upstream.jwks()
                        .fail(FaultyReply.dribbleHead(upstream.jwks().bytes())));
        faults.put(
                "whose body hangs",
                upstream ->
                        upstream.jwks().fail(Reply.hangInBody(upstream.jwks().bytes())));
        faults.put(
                "whose Content-Length is too large",
                upstream -> upstream.jwks()
                        .fail(FaultyReply.lengthTooLarge(upstream.jwks().bytes())));
        return faults;
    }

    /** Has many ask for the JWKS while upstream takes its time, and looks whether all get what its one answer is worth. */
    private static void shareOneFetch(TestBed bed, int requests, Reply answer, int status) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        bed.upstream().jwks().fail(answer.after(release));
        try (Together together = new Together()) {
            List<Future<RawResponse>> answers = together.start(requests, bed::getJwks);
            Await.until(
                    Duration.ofSeconds(5),
                    "a fetch",
                    () -> bed.upstream().jwks().fetches() > 0);
            Await.whileHolds(
                    Duration.ofMillis(500),
                    requests + " requests share one fetch",
                    () -> bed.upstream().jwks().fetches() == 1);
            release.countDown();
            for (RawResponse response : Together.results(answers)) {
                Expect.that(response).status(status);
            }
        }
    }

    private static boolean oneFetchEach(TestBed bed) {
        return bed.upstream().jwks().fetches() == 1
                && bed.upstream().discovery().fetches() == 1;
    }

    private static void stale(CheckList list) {
        list.must("3.2", "a stale document comes within 300 ms of a hanging upstream", STALE_AFTER_ONE_SECOND, bed -> {
            RawResponse good = bed.primeJwks();
            bed.upstream().jwks().fail(Reply.hang());
            untilStale(bed);
            for (int i = 0; i < 20; i++) {
                RawResponse response = answeredWithin(bed, SOON);
                Expect.that(response).body(good.text());
            }
        });
        list.must(
                "3.2",
                "the fetch goes on when the stale document has been served",
                Map.of("CACHE_TTL_SECONDS", "2"),
                bed -> {
                    RawResponse old = bed.primeJwks();
                    String next = ConnectionChecks.largeKeySet(10);
                    CountDownLatch release = new CountDownLatch(1);
                    bed.upstream().jwks().fail(Reply.status(200, next).after(release));
                    untilAskedAgain(bed, 1);
                    Await.whileHolds(
                            Duration.ofSeconds(1),
                            "the old document is served while upstream takes its time",
                            () -> answeredWithin(bed, SOON).text().equals(old.text()));
                    // Only another fetch brings this; the one under way has its answer already.
                    bed.upstream().jwks().serve(ConnectionChecks.largeKeySet(20));
                    release.countDown();
                    Await.until(
                            Duration.ofSeconds(3),
                            "the document of the fetch that was under way",
                            () -> Json.same(next, bed.getJwks().text()));
                });
        hangingUpstreams()
                .forEach((what, fault) -> list.must(
                        "3.2",
                        "a stale document comes within 300 ms of an upstream " + what,
                        STALE_AFTER_ONE_SECOND,
                        bed -> {
                            RawResponse good = bed.primeJwks();
                            long fetched = System.nanoTime();
                            fault.accept(bed.upstream());
                            Await.until(
                                    Duration.ofSeconds(3),
                                    "a document to be stale after a second",
                                    () -> System.nanoTime() - fetched > 1_100_000_000L);
                            for (int i = 0; i < 5; i++) {
                                Expect.that(answeredWithin(bed, SOON)).body(good.text());
                            }
                        }));
        list.must("3.2", "100 requests on a stale document share one fetch", STALE_AFTER_ONE_SECOND, bed -> {
            bed.primeJwks();
            bed.upstream().jwks().fail(Reply.hang());
            untilStale(bed);
            try (Together together = new Together()) {
                for (RawResponse response : Together.results(together.start(100, bed::getJwks))) {
                    Expect.that(response).status(200);
                }
            }
            Expect.equal("the number of fetches", 2, bed.upstream().jwks().fetches());
        });
        for (Map.Entry<String, Reply> fault : Map.of(
                        "500", Reply.status(500, "{}"),
                        "401", Reply.status(401, "{}"),
                        "an empty key set", Reply.status(200, "{\"keys\":[]}"))
                .entrySet()) {
            list.must(
                    "3.3",
                    "a stale document is served when upstream sends " + fault.getKey(),
                    STALE_AFTER_ONE_SECOND,
                    bed -> {
                        RawResponse good = bed.primeJwks();
                        bed.upstream().jwks().fail(fault.getValue());
                        untilStale(bed);
                        for (int i = 0; i < 5; i++) {
                            Expect.that(bed.getJwks())
                                    .status(200)
                                    .body(good.text())
                                    .field("ETag", good.require("ETag"))
                                    .field("Cache-Control", "public, max-age=3600");
                        }
                    });
        }
        list.must(
                "3.3",
                "a stale document is served when upstream is gone, whatever its age",
                STALE_AFTER_ONE_SECOND,
                bed -> {
                    RawResponse good = bed.primeJwks();
                    bed.upstream().refuseConnections();
                    Await.whileHolds(
                            Duration.ofSeconds(6), "the good document is served for 6 s with a TTL of 1 s", () -> {
                                RawResponse response = bed.getJwks();
                                return response.status() == 200
                                        && response.text().equals(good.text());
                            });
                });
    }

    private static void backgroundRefresh(CheckList list) {
        list.must(
                "3.5",
                "from 80 % of the TTL on a request refreshes behind itself",
                Map.of("CACHE_TTL_SECONDS", "5"),
                bed -> {
                    bed.primeJwks();
                    long fetched = bed.upstream().requests().get(0).nanoTime();
                    CountDownLatch release = new CountDownLatch(1);
                    bed.upstream()
                            .jwks()
                            .fail(Reply.status(200, ConnectionChecks.largeKeySet(10))
                                    .after(release));
                    while (bed.upstream().jwks().fetches() < 2) {
                        answeredWithin(bed, Duration.ofMillis(290));
                        Await.pace(Duration.ofMillis(20));
                        Expect.holds(System.nanoTime() - fetched < 7e9, "TTL 5 s; no refresh within 7 s of requests");
                    }
                    double age = (bed.upstream().requests().get(1).nanoTime() - fetched) / 1e9;
                    Expect.holds(
                            age > 3.8 && age < 5.1, "TTL 5 s; the refresh came after " + age + " s instead of 4 s");
                    release.countDown();
                    Await.until(
                            Duration.ofSeconds(3),
                            "the refreshed document",
                            () -> bed.getJwks().text().length() < 200);
                });
        list.should("3.6", "a connection that ends before an answer costs one request", Map.of(), bed -> {
            bed.upstream().jwks().fail(FaultyReply.reset());
            Expect.that(bed.getJwks()).status(502);
            Expect.equal("the number of requests", 1, bed.upstream().jwks().fetches());
        });
        list.must(
                "3.6",
                "upstream sees one fetch per document and 0.8 TTL at most",
                Map.of("CACHE_TTL_SECONDS", "2"),
                bed -> {
                    bed.primeJwks();
                    try (Together together = new Together()) {
                        Await.whileHolds(Duration.ofSeconds(6), "every request is answered with 200", () -> {
                            try {
                                return Together.results(together.start(8, bed::getJwks)).stream()
                                        .allMatch(response -> response.status() == 200);
                            } catch (Exception e) {
                                throw new AssertionError(e);
                            }
                        });
                    }
                    int fetches = bed.upstream().jwks().fetches();
                    Expect.holds(
                            fetches >= 3 && fetches <= 5,
                            "TTL 2 s; 6 s of requests cost " + fetches + " fetches instead of 4");
                });
    }

    private static void noTimeToLive(CheckList list) {
        list.must("3.7", "with a TTL of 0 every request fetches", EVERY_REQUEST_FETCHES, bed -> {
            for (int i = 1; i <= 5; i++) {
                bed.upstream().jwks().serve(ConnectionChecks.largeKeySet(i));
                Expect.that(bed.getJwks())
                        .status(200)
                        .demand(bed.upstream().jwks().fetches() >= i, "expected fetch number " + i);
            }
        });
        list.must("3.7", "with a TTL of 0 requests share what is in flight", EVERY_REQUEST_FETCHES, bed -> {
            shareOneFetch(bed, 50, Reply.status(200, bed.upstream().jwks().json()), 200);
        });
        list.must("3.7", "with a TTL of 0 a hanging upstream delays by 300 ms at most", EVERY_REQUEST_FETCHES, bed -> {
            RawResponse good = bed.primeJwks();
            bed.upstream().jwks().fail(Reply.hang());
            for (int i = 0; i < 5; i++) {
                Expect.that(answeredWithin(bed, SOON)).body(good.text());
            }
        });
        list.must(
                "3.7",
                "with a TTL of 0 failures are remembered and stale documents served",
                EVERY_REQUEST_FETCHES,
                bed -> {
                    RawResponse good = bed.primeJwks();
                    bed.upstream().jwks().fail(Reply.status(503, "{}"));
                    for (int i = 0; i < 20; i++) {
                        Expect.that(bed.getJwks()).status(200).body(good.text());
                    }
                    int fetches = bed.upstream().jwks().fetches();
                    Expect.holds(
                            fetches <= 4, "20 quick requests to a failing upstream cost " + (fetches - 1) + " fetches");
                });
    }

    /**
     * Asks until a JWKS that was fetched once, with a TTL of 1 s, is stale and the gateway has asked upstream again. It asks
     * from 0.8 s on already, while the document is fresh.
     */
    static void untilStale(TestBed bed) {
        untilAskedAgain(bed, 1);
        Await.whileHolds(
                Duration.ofMillis(400),
                "a document is served whose refresh has no good end",
                () -> answeredWithin(bed, SOON).status() == 200);
    }

    /** Asks until the gateway has asked upstream again for a JWKS that it had fetched so many times. */
    static void untilAskedAgain(TestBed bed, int fetches) {
        Await.until(Duration.ofSeconds(5), "another fetch of the JWKS", () -> {
            Expect.that(bed.getJwks()).status(200);
            return bed.upstream().jwks().fetches() > fetches;
        });
    }

    private static RawResponse answeredWithin(TestBed bed, Duration bound) {
        long start = System.nanoTime();
        RawResponse response = bed.getJwks();
        long millis = (System.nanoTime() - start) / 1_000_000;
        Expect.that(response)
                .status(200)
                .demand(millis < bound.toMillis(), "expected it within " + bound.toMillis() + " ms, not " + millis);
        return response;
    }
}
