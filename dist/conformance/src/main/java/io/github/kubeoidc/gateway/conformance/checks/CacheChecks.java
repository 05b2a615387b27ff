// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.FaultyReply;
import io.github.kubeoidc.gateway.standin.Reply;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** 3.1 to 3.3 and 3.5 to 3.8: what is served from memory, who waits, and how often upstream is asked. */
final class CacheChecks {

    private static final Map<String, String> STALE_AFTER_ONE_SECOND = Map.of("CACHE_TTL_SECONDS", "1");
    private static final Map<String, String> EVERY_REQUEST_FETCHES = Map.of("CACHE_TTL_SECONDS", "0");

    /** Far above 300 ms for the sake of busy machines, far below upstream's time-out in a {@link TestBed}. */
    private static final Duration SOON = Duration.ofSeconds(5);

    /** For what has to happen some time. */
    private static final Duration LATE = Duration.ofSeconds(40);

    private CacheChecks() {}

    static List<Check> checks(CheckList list) {
        start(list);
        fresh(list);
        sharedFetch(list);
        stale(list);
        backgroundRefresh(list);
        noTimeToLive(list);
        return list.checks();
    }

    private static void start(CheckList list) {
        list.must("3.12", "at the start both documents are fetched without a request, once", Map.of(), bed -> {
            Await.until(LATE, "a fetch of each document that nobody asked for", () -> oneFetchEach(bed));
            Await.whileHolds(Duration.ofSeconds(2), "one fetch of each document", () -> oneFetchEach(bed));
            bed.prime();
            Expect.holds(oneFetchEach(bed), "documents that were fetched at the start are fetched again");
        });
        list.must("3.12", "what was fetched at the start is served without upstream", Map.of(), bed -> {
            Await.until(LATE, "a fetch of each document that nobody asked for", () -> oneFetchEach(bed));
            // The answer to a fetch is with the gateway long before these connections are refused, or else cut.
            Await.pace(Duration.ofSeconds(1));
            bed.upstream().refuseConnections();
            bed.prime();
        });
        list.must(
                "3.12",
                "what is wrong with upstream is in the log without a request",
                Map.of(),
                upstream -> {
                    upstream.jwks().fail(Reply.status(403, "{}"));
                    upstream.discovery().fail(Reply.status(403, "{}"));
                },
                bed -> {
                    for (String path : HttpInterfaceChecks.DOCUMENTS.values()) {
                        Await.until(
                                LATE,
                                "a WARN with 403 for " + path,
                                () -> bed.gateway().log().stream()
                                        .anyMatch(line ->
                                                line.contains("WARN") && line.contains(path) && line.contains("403")));
                    }
                });
        list.must(
                "3.12",
                "a start waits for no fetch",
                Map.of(),
                upstream -> upstream.hangHandshakes(true),
                // That it listens has been seen.
                bed -> Expect.that(bed.get("/other")).status(404));
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
            bed.prime();
            bed.upstream().jwks().fail(Reply.hang());
            bed.upstream().discovery().fail(Reply.hang());
            for (int i = 0; i < 20; i++) {
                answeredWithin(bed, SOON);
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
        Consumer<ApiServerStandIn> holds = upstream -> {
            upstream.jwks().hold();
            upstream.discovery().hold();
        };
        list.must("3.2", "200 simultaneous first requests cost one fetch per document", Map.of(), holds, bed -> {
            try (Concurrently together = new Concurrently()) {
                List<Future<RawResponse>> jwks = together.start(100, bed::getJwks);
                List<Future<RawResponse>> discovery = together.start(100, bed::getDiscovery);
                Await.until(
                        LATE,
                        "a fetch of both documents",
                        () -> bed.upstream().jwks().fetches() > 0
                                && bed.upstream().discovery().fetches() > 0);
                Await.whileHolds(
                        Duration.ofSeconds(1),
                        "one fetch per document with 200 requests waiting",
                        () -> oneFetchEach(bed));
                bed.upstream().jwks().release();
                bed.upstream().discovery().release();
                for (RawResponse response : Concurrently.results(jwks)) {
                    Expect.that(response).status(200);
                }
                for (RawResponse response : Concurrently.results(discovery)) {
                    Expect.that(response).status(200);
                }
                Expect.holds(
                        oneFetchEach(bed), "200 simultaneous first requests cost more than one fetch per document");
            }
        });
        list.must(
                "3.2",
                "100 simultaneous requests share a fetch that fails",
                Map.of(),
                upstream -> {
                    upstream.jwks().fail(Reply.status(500, "{}"));
                    upstream.jwks().hold();
                },
                bed -> shareOneFetch(bed, 0, 100, 502));
        list.must("3.2", "requests that wait hold no container thread", Map.of(), jwksHeld(), bed -> {
            Expect.that(bed.getDiscovery()).status(200);
            long threads = bed.gateway().threads();
            try (Concurrently together = new Concurrently()) {
                List<Future<RawResponse>> waiting = together.start(400, bed::getJwks);
                Await.whileHolds(
                        Duration.ofSeconds(2),
                        "another document is served soon while 400 requests wait for one",
                        () -> Concurrently.time(() ->
                                                Expect.that(bed.getDiscovery()).status(200))
                                        .compareTo(SOON)
                                < 0);
                long more = bed.gateway().threads() - threads;
                Expect.holds(more < 50, "400 waiting requests cost " + more + " threads");
                bed.upstream().jwks().release();
                for (RawResponse response : Concurrently.results(waiting)) {
                    Expect.that(response).status(200);
                }
            }
        });
        list.must("3.2", "a document that hangs does not hold up the other", Map.of(), jwksHeld(), bed -> {
            try (Concurrently together = new Concurrently()) {
                together.start(bed::getJwks);
                Duration time =
                        Concurrently.time(() -> Expect.that(bed.getDiscovery()).status(200));
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

    private static Consumer<ApiServerStandIn> jwksHeld() {
        return upstream -> upstream.jwks().hold();
    }

    /** Has many ask for the JWKS while upstream holds it, and looks whether all get what its one answer is worth. */
    private static void shareOneFetch(TestBed bed, int fetchesBefore, int requests, int status) throws Exception {
        try (Concurrently together = new Concurrently()) {
            List<Future<RawResponse>> answers = together.start(requests, bed::getJwks);
            Await.until(LATE, "a fetch", () -> bed.upstream().jwks().fetches() > fetchesBefore);
            Await.whileHolds(
                    Duration.ofMillis(1000),
                    requests + " requests share one fetch",
                    () -> bed.upstream().jwks().fetches() == fetchesBefore + 1);
            bed.upstream().jwks().release();
            for (RawResponse response : Concurrently.results(answers)) {
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
            RawResponse good = bed.prime();
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
                    RawResponse old = bed.prime();
                    String next = ConnectionChecks.largeKeySet(10);
                    bed.upstream().jwks().serve(next);
                    bed.upstream().jwks().hold();
                    untilAskedAgain(bed);
                    Await.whileHolds(
                            Duration.ofSeconds(1),
                            "the old document is served while upstream takes its time",
                            () -> answeredWithin(bed, SOON).text().equals(old.text()));
                    // Only another fetch brings this; the one under way has its answer already.
                    bed.upstream().jwks().serve(ConnectionChecks.largeKeySet(20));
                    // It keeps what held it back when it came; another fetch is soon due, and is to be held back for
                    // longer.
                    bed.upstream().jwks().releaseOnce();
                    Await.until(
                            LATE,
                            "the document of the fetch that was under way",
                            () -> Json.same(next, bed.getJwks().text()));
                });
        hangingUpstreams()
                .forEach((what, fault) -> list.must(
                        "3.2",
                        "a stale document comes within 300 ms of an upstream " + what,
                        STALE_AFTER_ONE_SECOND,
                        bed -> {
                            RawResponse good = bed.prime();
                            fault.accept(bed.upstream());
                            long begun = System.nanoTime();
                            Await.until(
                                    LATE,
                                    "a document to be stale after a second",
                                    () -> System.nanoTime() - begun > 1_100_000_000L);
                            for (int i = 0; i < 5; i++) {
                                Expect.that(answeredWithin(bed, SOON)).body(good.text());
                            }
                        }));
        list.must("3.2", "100 requests on a stale document share one fetch", STALE_AFTER_ONE_SECOND, bed -> {
            bed.prime();
            bed.upstream().jwks().fail(Reply.hang());
            untilStale(bed);
            int fetches = bed.upstream().jwks().fetches();
            try (Concurrently together = new Concurrently()) {
                for (RawResponse response : Concurrently.results(together.start(100, bed::getJwks))) {
                    Expect.that(response).status(200);
                }
            }
            Expect.equal("the number of fetches", fetches, bed.upstream().jwks().fetches());
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
                        RawResponse good = bed.prime();
                        bed.upstream().jwks().fail(fault.getValue());
                        untilStale(bed);
                        for (int i = 0; i < 5; i++) {
                            Expect.that(bed.getJwks())
                                    .status(200)
                                    .body(good.text())
                                    .field("ETag", good.require("ETag"));
                        }
                    });
        }
        list.must(
                "3.3",
                "a stale document is served when upstream is gone, whatever its age",
                STALE_AFTER_ONE_SECOND,
                bed -> {
                    RawResponse good = bed.prime();
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
                    bed.prime();
                    // The request that refreshes would wait for 300 ms if it took the document for a stale one. It is
                    // one
                    // of those that a busy machine may hold up for longer, but not time after time.
                    Await.until(LATE, "a refresh behind a request that is answered within 290 ms", () -> {
                        int fetches = bed.upstream().jwks().fetches();
                        bed.upstream().jwks().hold();
                        Duration slowest = Duration.ZERO;
                        while (bed.upstream().jwks().fetches() == fetches) {
                            Duration time = Concurrently.time(
                                    () -> Expect.that(bed.getJwks()).status(200));
                            slowest = time.compareTo(slowest) > 0 ? time : slowest;
                            Await.pace(Duration.ofMillis(20));
                        }
                        bed.upstream().jwks().release();
                        List<Double> gaps = bed.gaps(ApiServerStandIn.JWKS_PATH, fetches - 1);
                        Expect.holds(gaps.get(0) > 3.9, "TTL 5 s; upstream was asked again after " + gaps + " s");
                        boolean inTime = gaps.get(0) < 4.9;
                        return inTime && slowest.toMillis() < 290;
                    });
                    bed.upstream().jwks().serve(ConnectionChecks.largeKeySet(10));
                    Await.until(
                            LATE,
                            "a refreshed document",
                            () -> bed.getJwks().text().length() < 200);
                });
        list.must(
                "3.6",
                "upstream sees one fetch per document and 0.8 TTL at most",
                Map.of("CACHE_TTL_SECONDS", "2"),
                bed -> {
                    bed.prime();
                    try (Concurrently together = new Concurrently()) {
                        Await.whileHolds(Duration.ofSeconds(6), "every request is answered with 200", () -> {
                            try {
                                return Concurrently.results(together.start(8, bed::getJwks)).stream()
                                        .allMatch(response -> response.status() == 200);
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
        list.must("3.7", "with a TTL of 0 every request fetches", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            for (int i = 1; i <= 5; i++) {
                int fetches = bed.upstream().jwks().fetches();
                Expect.that(bed.getJwks()).status(200);
                Await.until(
                        LATE,
                        "a fetch behind a request",
                        () -> bed.upstream().jwks().fetches() > fetches);
            }
        });
        list.must("3.7", "with a TTL of 0 requests share what is in flight", EVERY_REQUEST_FETCHES, bed -> {
            bed.prime();
            int fetches = bed.upstream().jwks().fetches();
            bed.upstream().jwks().hold();
            shareOneFetch(bed, fetches, 50, 200);
        });
        list.must("3.7", "with a TTL of 0 a hanging upstream delays by 300 ms at most", EVERY_REQUEST_FETCHES, bed -> {
            RawResponse good = bed.prime();
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
                    RawResponse good = bed.prime();
                    bed.upstream().jwks().fail(Reply.status(503, "{}"));
                    int before = bed.upstream().jwks().fetches();
                    long begun = System.nanoTime();
                    for (int i = 0; i < 20; i++) {
                        Expect.that(bed.getJwks()).status(200).body(good.text());
                    }
                    int fetches = bed.upstream().jwks().fetches() - before;
                    double seconds = (System.nanoTime() - begun) / 1e9;
                    Expect.holds(
                            fetches <= 2 + seconds / 0.5,
                            "20 requests to a failing upstream within " + seconds + " s cost " + fetches + " fetches");
                });
    }

    /**
     * Asks until a JWKS with a TTL of 1 s is stale and the gateway has asked upstream again. It asks from 0.8 s on already,
     * while the document is fresh.
     */
    static void untilStale(TestBed bed) {
        untilAskedAgain(bed);
        Await.whileHolds(
                Duration.ofMillis(400),
                "a document is served whose refresh has no good end",
                () -> answeredWithin(bed, SOON).status() == 200);
    }

    /** Asks until the gateway has asked upstream for the JWKS once more than it had when this began. */
    static void untilAskedAgain(TestBed bed) {
        int fetches = bed.upstream().jwks().fetches();
        Await.until(LATE, "another fetch of the JWKS", () -> {
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
