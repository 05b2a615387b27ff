// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.UpstreamRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Section 4: what the health paths say and what they cost. */
final class HealthChecks {

    private static final List<String> PATHS = List.of("/healthz", "/readyz");
    private static final Duration LATE = Duration.ofSeconds(40);
    private static final Map<String, String> TOLERANT =
            Map.of("HEALTH_MAX_STALE_SECONDS", "3600", "CACHE_TTL_SECONDS", "1");

    private HealthChecks() {}

    static void checks(CheckList list) {
        PATHS.forEach(path -> fetching(list.in("4.1"), path));
        outages(list.in("4.1"));
        cost(list.in("4.2"));
        tolerance(list.in("4.3"));
    }

    private static void fetching(CheckList list, String path) {
        list.must(path + " fetches and caches both documents", Map.of(), bed -> {
            Expect.that(bed.get(path)).status(200);
            Expect.holds(bed.jwks().fetches() > 0, path + " did not fetch the JWKS");
            Expect.holds(bed.discovery().fetches() > 0, path + " did not fetch the discovery document");
            bed.upstream().refuseConnections();
            bed.documentsAre(200);
        });
        list.must(
                path + " is 503 where upstream cannot be reached, and 200 when it can again",
                Map.of(),
                ApiServerStandIn::refuseConnections,
                bed -> {
                    Expect.that(bed.get(path)).status(503).plain();
                    Expect.that(bed.head(path)).status(503);
                    bed.upstream().acceptConnections();
                    bed.awaitStatus(LATE, path, 200);
                });
        list.must(path + " turns 503 when upstream goes, while documents stay 200", Map.of(), bed -> {
            bed.prime();
            Expect.that(bed.get(path)).status(200);
            bed.upstream().refuseConnections();
            bed.awaitStatus(LATE, path, 503);
            Expect.that(bed.getJwks()).status(200);
        });
    }

    private static void outages(CheckList list) {
        Map<String, Consumer<ApiServerStandIn>> faults = Map.of(
                "the JWKS alone fails", upstream -> upstream.jwks().fail(Reply.status(500, "{}")),
                "the discovery document alone fails",
                        upstream -> upstream.discovery().fail(Reply.status(500, "{}")),
                "the token is refused", ApiServerStandIn::replaceToken,
                "access is forbidden", upstream -> upstream.jwks().fail(Reply.status(403, "{}")),
                "the certificate is not trusted", ApiServerStandIn::replaceAuthority,
                "a document is invalid", upstream -> upstream.jwks().serve("{\"keys\":[]}"));
        faults.forEach(
                (what, fault) -> list.must("health is 503 when " + what, Map.of(), fault, bed -> bed.healthIs(503)));
    }

    private static void cost(CheckList list) {
        list.must("a flood of probes costs one fetch per document and second", Map.of(), bed -> flood(bed, 200));
        list.must(
                "a flood of probes on a failing upstream costs one fetch per document and second",
                Map.of(),
                upstream -> {
                    upstream.jwks().fail(Reply.status(500, "{}"));
                    upstream.discovery().serve("[]");
                },
                bed -> flood(bed, 503));
        list.must("probes share a fetch with each other and with requests", Map.of(), TestBed::holdBoth, bed -> {
            try (Concurrently together = new Concurrently()) {
                List<Future<RawResponse>> probes = together.start(60, () -> bed.get("/healthz"));
                List<Future<RawResponse>> requests = together.start(20, bed::getJwks);
                Await.whileHolds(
                        Duration.ofSeconds(1),
                        "one fetch per document",
                        () -> bed.jwks().fetches() <= 1 && bed.discovery().fetches() <= 1);
                bed.releaseBoth();
                Concurrently.answered(200, probes);
                Concurrently.answered(200, requests);
            }
        });
        list.must("a document fetched less than a second ago is not fetched again", Map.of(), bed -> {
            bed.prime();
            for (int i = 0; i < 50; i++) {
                Expect.that(bed.get("/healthz")).status(200);
            }
            bed.fetchesAtLeast(0.95);
        });
        list.must(
                "a hanging upstream does not pile up fetches",
                Map.of("UPSTREAM_TIMEOUT_SECONDS", "1"),
                upstream -> TestBed.failBoth(upstream, Reply.hang()),
                bed -> {
                    try (Concurrently together = new Concurrently()) {
                        Concurrently.answered(503, together.start(60, () -> bed.get("/readyz")));
                    }
                    // Each hangs for a second, and then there is a second's rest. Upstream sees the first one late: its
                    // handshake is part of that second, and takes longer than those that follow.
                    bed.fetchesAtLeast(1.3);
                });
    }

    private static void tolerance(CheckList list) {
        list.must("HEALTH_MAX_STALE_SECONDS keeps health at 200 while upstream is away", TOLERANT, bed -> {
            healthy(bed);
            bed.upstream().refuseConnections();
            Await.whileHolds(Duration.ofSeconds(4), "health is 200 with an allowance of an hour", () -> {
                bed.healthIs(200);
                return true;
            });
        });
        list.must("with HEALTH_MAX_STALE_SECONDS health answers at once", TOLERANT, bed -> {
            healthy(bed);
            bed.upstream().hangHandshakes(true);
            Await.whileHolds(
                    Duration.ofSeconds(3),
                    "health is 200 within 10 s while upstream hangs for 30 s",
                    () -> time(bed, "/healthz", 200).toMillis() < 10_000);
        });
        list.must("with HEALTH_MAX_STALE_SECONDS health fetches what is no longer fresh", TOLERANT, bed -> {
            healthy(bed);
            int fetches = bed.jwks().fetches();
            Await.until(LATE, "a fetch behind a probe", () -> {
                bed.get("/healthz");
                return bed.jwks().fetches() > fetches;
            });
        });
        list.must(
                "with HEALTH_MAX_STALE_SECONDS health fetches nothing that is fresh",
                Map.of("HEALTH_MAX_STALE_SECONDS", "3600"),
                bed -> {
                    healthy(bed);
                    int fetches = bed.jwks().fetches();
                    Await.whileHolds(
                            Duration.ofSeconds(3),
                            "probes fetch nothing that is fresh",
                            () -> bed.get("/readyz").status() == 200
                                    && bed.jwks().fetches() == fetches);
                });
        list.must(
                "with HEALTH_MAX_STALE_SECONDS health is 503 while nothing was ever fetched",
                TOLERANT,
                upstream -> upstream.hangHandshakes(true),
                bed -> {
                    for (String path : PATHS) {
                        Duration time = time(bed, path, 503);
                        Expect.holds(time.toMillis() < 10_000, path + " took " + time.toMillis() + " ms");
                    }
                });
        list.must(
                "beyond HEALTH_MAX_STALE_SECONDS health is 503",
                Map.of("HEALTH_MAX_STALE_SECONDS", "2", "CACHE_TTL_SECONDS", "1"),
                bed -> {
                    healthy(bed);
                    long last = bed.upstream().requests().stream()
                            .mapToLong(UpstreamRequest::nanoTime)
                            .max()
                            .orElseThrow(() -> new AssertionError("health is 200, and upstream was never asked"));
                    bed.upstream().refuseConnections();
                    bed.awaitStatus(LATE, "/healthz", 503);
                    double age = Concurrently.secondsSince(last);
                    Expect.holds(age > 1.8, "an allowance of 2 s; health turned 503 after " + age + " s");
                });
    }

    private static Duration time(TestBed bed, String path, int status) {
        return Concurrently.time(() -> Expect.that(bed.get(path)).status(status));
    }

    private static void healthy(TestBed bed) {
        bed.awaitStatus(LATE, "/readyz", 200);
    }

    private static void flood(TestBed bed, int status) {
        // The first exchange with upstream may take long on a busy machine.
        Expect.that(bed.get("/readyz")).status(status);
        int before = bed.jwks().fetches();
        try (RawHttp http = bed.connect()) {
            Await.until(LATE, "two fetches by probes", () -> {
                for (int i = 0; i < 100; i++) {
                    for (String path : PATHS) {
                        Expect.that(http.ask(TestBed.request("GET", path))).status(status);
                    }
                }
                return bed.jwks().fetches() >= before + 2;
            });
        }
        bed.fetchesAtLeast(0.95);
    }
}
