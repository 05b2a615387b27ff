// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.FaultyReply;
import io.github.kubeoidc.gateway.standin.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** 3.2 and 3.3: who waits for a fetch, who shares it, and who gets a stale document. */
final class SharedFetchChecks {

    private static final Map<String, String> STALE_AFTER_ONE_SECOND = Map.of("CACHE_TTL_SECONDS", "1");

    /** Far above 300 ms for the sake of busy machines, far below upstream's time-out in a {@link TestBed}. */
    static final Duration SOON = Duration.ofSeconds(5);

    /** For what has to happen some time. */
    private static final Duration LATE = Duration.ofSeconds(40);

    private SharedFetchChecks() {}

    static void checks(CheckList list) {
        missing(list.in("3.2"));
        stale(list.in("3.2"));
        hanging(list.in("3.2"));
        failing(list.in("3.3"));
    }

    private static void missing(CheckList list) {
        Consumer<ApiServerStandIn> jwksHeld = upstream -> upstream.jwks().hold();
        list.must("200 simultaneous first requests cost one fetch per document", Map.of(), TestBed::holdBoth, bed -> {
            try (Concurrently together = new Concurrently()) {
                List<Future<RawResponse>> jwks = together.start(100, bed::getJwks);
                List<Future<RawResponse>> discovery = together.start(100, bed::getDiscovery);
                Await.until(
                        LATE,
                        "a fetch of both documents",
                        () -> bed.jwks().fetches() > 0 && bed.discovery().fetches() > 0);
                Await.whileHolds(
                        Duration.ofSeconds(1),
                        "one fetch per document with 200 requests waiting",
                        () -> oneFetchEach(bed));
                bed.releaseBoth();
                Concurrently.answered(200, jwks);
                Concurrently.answered(200, discovery);
                Expect.holds(
                        oneFetchEach(bed), "200 simultaneous first requests cost more than one fetch per document");
            }
        });
        list.must(
                "100 simultaneous requests share a fetch that fails",
                Map.of(),
                upstream -> {
                    upstream.jwks().fail(Reply.status(500, "{}"));
                    upstream.jwks().hold();
                },
                bed -> shareOneFetch(bed, 0, 100, 502));
        list.must("requests that wait hold no container thread", Map.of(), jwksHeld, bed -> {
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
                        () -> timeOfDiscovery(bed).compareTo(SOON) < 0);
                long more = bed.gateway().threads() - threads;
                Expect.holds(more < 50, "400 waiting requests cost " + more + " threads");
                bed.jwks().release();
                Concurrently.answered(200, waiting);
            }
        });
        list.must("a document that hangs does not hold up the other", Map.of(), jwksHeld, bed -> {
            try (Concurrently together = new Concurrently()) {
                together.start(bed::getJwks);
                Duration time = timeOfDiscovery(bed);
                // Its upstream time-out is 30 s; a first handshake on a busy machine may take some of them.
                Expect.holds(time.toSeconds() < 15, "the JWKS hangs; the discovery document took " + time);
            }
        });
    }

    private static Duration timeOfDiscovery(TestBed bed) {
        return Concurrently.time(() -> Expect.that(bed.getDiscovery()).status(200));
    }

    /** Has many ask for the JWKS while upstream holds it, and looks whether all get what its one answer is worth. */
    static void shareOneFetch(TestBed bed, int fetchesBefore, int requests, int status) throws Exception {
        try (Concurrently together = new Concurrently()) {
            List<Future<RawResponse>> answers = together.start(requests, bed::getJwks);
            bed.awaitFetch(LATE, fetchesBefore);
            Await.whileHolds(
                    Duration.ofMillis(1000),
                    requests + " requests share one fetch",
                    () -> bed.jwks().fetches() == fetchesBefore + 1);
            bed.jwks().release();
            Concurrently.answered(status, answers);
        }
    }

    static boolean oneFetchEach(TestBed bed) {
        return bed.jwks().fetches() == 1 && bed.discovery().fetches() == 1;
    }

    private static void stale(CheckList list) {
        list.must("a stale document comes within 300 ms of a hanging upstream", STALE_AFTER_ONE_SECOND, bed -> {
            RawResponse good = bed.prime();
            bed.jwks().fail(Reply.hang());
            untilStale(bed);
            bed.stillServes(good, 20, SOON);
        });
        Map<String, String> twoSeconds = Map.of("CACHE_TTL_SECONDS", "2");
        list.must("the fetch goes on when the stale document has been served", twoSeconds, bed -> {
            RawResponse old = bed.prime();
            String next = ConnectionChecks.largeKeySet(10);
            bed.jwks().serve(next);
            bed.jwks().hold();
            untilAskedAgain(bed);
            Await.whileHolds(
                    Duration.ofSeconds(1),
                    "the old document is served while upstream takes its time",
                    () -> bed.getJwksWithin(SOON).text().equals(old.text()));
            // Only another fetch brings this; the one under way has its answer already.
            bed.jwks().serve(ConnectionChecks.largeKeySet(20));
            // It keeps what held it back when it came; another fetch is soon due, and is to be held back for longer.
            bed.jwks().releaseOnce();
            bed.awaitJwks(LATE, next);
        });
        list.must("100 requests on a stale document share one fetch", STALE_AFTER_ONE_SECOND, bed -> {
            bed.prime();
            bed.jwks().fail(Reply.hang());
            untilStale(bed);
            int fetches = bed.jwks().fetches();
            try (Concurrently together = new Concurrently()) {
                Concurrently.answered(200, together.start(100, bed::getJwks));
            }
            Expect.equal("the number of fetches", fetches, bed.jwks().fetches());
        });
    }

    /** Everywhere between the first packet and the last where an upstream can fall silent. */
    private static void hanging(CheckList list) {
        hangs(list, "that takes no connections", ApiServerStandIn::ignoreConnections);
        hangs(list, "whose handshakes hang", upstream -> upstream.hangHandshakes(true));
        hangs(
                list,
                "whose head dribbles",
                upstream -> upstream.jwks()
                        .fail(FaultyReply.dribbleHead(upstream.jwks().bytes())));
        hangs(
                list,
                "whose body hangs",
                upstream ->
                        upstream.jwks().fail(Reply.hangInBody(upstream.jwks().bytes())));
        hangs(
                list,
                "whose Content-Length is too large",
                upstream -> upstream.jwks()
                        .fail(FaultyReply.lengthTooLarge(upstream.jwks().bytes())));
    }

    private static void hangs(CheckList list, String what, Consumer<ApiServerStandIn> fault) {
        String sentence = "a stale document comes within 300 ms of an upstream " + what;
        list.must(sentence, STALE_AFTER_ONE_SECOND, bed -> {
            RawResponse good = bed.prime();
            fault.accept(bed.upstream());
            long begun = System.nanoTime();
            Await.until(
                    LATE, "a document to be stale after a second", () -> System.nanoTime() - begun > 1_100_000_000L);
            bed.stillServes(good, 5, SOON);
        });
    }

    private static void failing(CheckList list) {
        Map<String, Reply> faults = Map.of(
                "500", Reply.status(500, "{}"),
                "401", Reply.status(401, "{}"),
                "an empty key set", Reply.status(200, "{\"keys\":[]}"));
        faults.forEach((what, fault) ->
                list.must("a stale document is served when upstream sends " + what, STALE_AFTER_ONE_SECOND, bed -> {
                    RawResponse good = bed.prime();
                    bed.jwks().fail(fault);
                    untilStale(bed);
                    bed.stillServes(good, 5);
                }));
        String sentence = "a stale document is served when upstream is gone, whatever its age";
        list.must(sentence, STALE_AFTER_ONE_SECOND, bed -> {
            RawResponse good = bed.prime();
            bed.upstream().refuseConnections();
            Await.whileHolds(Duration.ofSeconds(6), "the good document is served for 6 s with a TTL of 1 s", () -> {
                bed.stillServes(good, 1);
                return true;
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
                () -> bed.getJwksWithin(SOON).status() == 200);
    }

    /** Asks until the gateway has asked upstream for the JWKS once more than it had when this began. */
    static void untilAskedAgain(TestBed bed) {
        int fetches = bed.jwks().fetches();
        Await.until(LATE, "another fetch of the JWKS", () -> {
            Expect.that(bed.getJwks()).status(200);
            return bed.jwks().fetches() > fetches;
        });
    }
}
