// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.FaultyReply;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** 1.1: for how long clients are told to keep a document. */
final class LifetimeChecks {

    private static final String JWKS = ApiServerStandIn.JWKS_PATH;
    private static final String DISCOVERY = ApiServerStandIn.DISCOVERY_PATH;

    private LifetimeChecks() {}

    static void checks(CheckList list) {
        ofTheKeys(list);
        ofUpstream(list);
        stale(list);
    }

    private static void ofTheKeys(CheckList list) {
        for (String seconds : List.of("0", "300", "31536000")) {
            list.must(
                    "JWKS_CLIENT_CACHE_TTL_SECONDS=" + seconds + " is for the JWKS",
                    Map.of("JWKS_CLIENT_CACHE_TTL_SECONDS", seconds, "CLIENT_CACHE_TTL_SECONDS", "4321"),
                    bed -> {
                        Expect.equal("the JWKS' lifetime", Long.valueOf(seconds), seconds(bed.get(JWKS)));
                        Expect.equal("the discovery document's lifetime", 4321L, seconds(bed.get(DISCOVERY)));
                    });
        }
        list.must(
                "without JWKS_CLIENT_CACHE_TTL_SECONDS the JWKS has CLIENT_CACHE_TTL_SECONDS",
                Map.of("CLIENT_CACHE_TTL_SECONDS", "4321"),
                bed -> Expect.equal("the JWKS' lifetime", 4321L, seconds(bed.get(JWKS))));
    }

    private static void ofUpstream(CheckList list) {
        Map<String, Long> sent = Map.of(
                "public, max-age=77", 77L,
                "max-age=77", 77L,
                "Public,Max-Age=77, must-revalidate", 77L,
                "public, max-age=0", 0L,
                "public, max-age=99999", 3600L,
                "no-transform", 3600L,
                // RFC 9111, section 4.2.1: what is no number counts as stale.
                "max-age=nonsense", 0L);
        sent.forEach((cacheControl, seconds) -> list.must(
                "the JWKS is told for " + seconds + " s where upstream sent Cache-Control: " + cacheControl,
                Map.of(),
                upstream -> {
                    upstream.jwks().fail(withCacheControl(upstream.jwks(), cacheControl));
                    upstream.discovery().fail(withCacheControl(upstream.discovery(), cacheControl));
                },
                bed -> {
                    Expect.equal("the JWKS' lifetime", seconds, seconds(bed.get(JWKS)));
                    Expect.equal("a 304's lifetime", seconds, seconds(bed.get(JWKS, "If-None-Match: *")));
                    Expect.equal("the discovery document's lifetime", 3600L, seconds(bed.get(DISCOVERY)));
                }));
    }

    private static Reply withCacheControl(ServedDocument document, String cacheControl) {
        return FaultyReply.exactly(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: " + cacheControl
                        + "\r\nContent-Length: " + document.bytes().length + "\r\n\r\n",
                document.json().getBytes(StandardCharsets.UTF_8));
    }

    private static void stale(CheckList list) {
        Map<String, Long> configured = Map.of("3600", 60L, "31536000", 60L, "20", 20L, "0", 0L);
        configured.forEach((seconds, most) -> list.must(
                "a stale document is told for " + most + " s at most where CLIENT_CACHE_TTL_SECONDS=" + seconds,
                Map.of("CACHE_TTL_SECONDS", "1", "CLIENT_CACHE_TTL_SECONDS", seconds),
                bed -> {
                    bed.prime();
                    bed.upstream().refuseConnections();
                    for (String path : List.of(JWKS, DISCOVERY)) {
                        // Fresh for a second, and stale for good afterwards.
                        Await.until(
                                Duration.ofSeconds(40),
                                "a lifetime of " + most + " s at most for the stale " + path,
                                () -> seconds(bed.get(path)) <= most);
                        Expect.holds(
                                seconds(bed.get(path, "If-None-Match: *")) <= most,
                                "a 304 for the stale " + path + " is told for longer");
                    }
                }));
        list.must("a stale document is told for CACHE_TTL_SECONDS at most above 60", StoredDocuments::by, stored -> {
            stored.breakUpstream();
            try (TestBed bed = stored.start(Map.of("CACHE_TTL_SECONDS", "600"))) {
                for (String path : List.of(JWKS, DISCOVERY)) {
                    long seconds = seconds(bed.get(path));
                    Expect.holds(
                            seconds <= 600, path + " was fetched by an earlier process; it is told for " + seconds);
                }
            }
        });
    }

    private static long seconds(RawResponse response) {
        Expect.that(response).status(200, 304);
        return HttpInterfaceChecks.lifetime(response);
    }
}
