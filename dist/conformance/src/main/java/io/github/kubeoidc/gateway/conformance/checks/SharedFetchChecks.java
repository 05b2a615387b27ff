// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.FaultyReply;
import io.github.kubeoidc.gateway.standin.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** 3.2 and 3.3: who waits for a fetch, who shares it, and who gets a stale document. */
final class SharedFetchChecks {

    private static final Map<String, String> STALE_AFTER_ONE_SECOND = Map.of("CACHE_TTL_SECONDS", "1");

    /** Far above 300 ms for the sake of busy machines, far below upstream's time-out in a {@link TestBed}. */
    private static final Duration SOON = Duration.ofSeconds(5);

    /** For what has to happen some time. */
    private static final Duration LATE = Duration.ofSeconds(40);

    private SharedFetchChecks() {}

    static List<Check> checks(CheckList list) {
        sharedFetch(list);
        stale(list);
        return list.checks();
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
                List<Future<RawResponse>> waiting = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    // Not all at one moment, for which alone a container may have a thread each.
                    waiting.addAll(together.start(40, bed::getJwks));
                    Expect.that(bed.getDiscovery()).status(200);
                }
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
    static void shareOneFetch(TestBed bed, int fetchesBefore, int requests, int status) throws Exception {
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

    static boolean oneFetchEach(TestBed bed) {
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

    static RawResponse answeredWithin(TestBed bed, Duration bound) {
        long start = System.nanoTime();
        RawResponse response = bed.getJwks();
        long millis = (System.nanoTime() - start) / 1_000_000;
        Expect.that(response)
                .status(200)
                .demand(millis < bound.toMillis(), "expected it within " + bound.toMillis() + " ms, not " + millis);
        return response;
    }
}
