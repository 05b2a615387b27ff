// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** 2.6: no document of another cluster is published, whichever document is requested first. */
final class ExpectedIssuerChecks {

    private static final String OURS = ApiServerStandIn.ISSUER;
    private static final String THEIRS = "https://theirs.example";
    private static final String THEIR_DOCUMENT =
            "{\"issuer\":\"" + THEIRS + "\",\"jwks_uri\":\"https://theirs.example/keys\"}";
    private static final String THEIR_KEYS =
            "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"kid\":\"theirs\"}]}";
    private static final Map<String, String> EXPECTED = Map.of("EXPECTED_ISSUER", OURS);
    private static final Map<String, String> EXPECTED_EACH_TIME =
            Map.of("EXPECTED_ISSUER", OURS, "CACHE_TTL_SECONDS", "0");
    private static final Duration LATE = Duration.ofSeconds(90);

    private ExpectedIssuerChecks() {}

    static void checks(CheckList list) {
        other(list);
        switched(list);
        stored(list);
    }

    private static void other(CheckList list) {
        list.must("both documents of EXPECTED_ISSUER are served, the JWKS asked for first", EXPECTED, bed -> {
            bed.documentsAre(200);
        });
        list.must(
                "neither document of another issuer is published, and the WARN names both issuers",
                EXPECTED,
                ExpectedIssuerChecks::becomeAnother,
                bed -> {
                    Expect.that(bed.getJwks()).status(502).plain();
                    Expect.that(bed.getDiscovery()).status(502).plain();
                    Expect.that(bed.get("/readyz")).status(503);
                    for (String path : HttpInterfaceChecks.DOCUMENTS.values()) {
                        bed.awaitLog(LATE, "WARN", path, OURS, THEIRS);
                    }
                });
        for (String nearly : List.of(OURS + "/", OURS.replace("https", "HTTPS"), OURS.replace("issuer.", "ISSUER."))) {
            list.must(
                    "the issuer " + nearly + " is another one, character for character",
                    EXPECTED,
                    upstream -> upstream.discovery().serve(THEIR_DOCUMENT.replace(THEIRS, nearly)),
                    bed -> Expect.that(bed.getDiscovery()).status(502));
        }
        list.should(
                "no JWKS is published before it is known whose it is",
                Map.of("EXPECTED_ISSUER", OURS, "UPSTREAM_TIMEOUT_SECONDS", "3"),
                upstream -> {
                    becomeAnother(upstream);
                    upstream.discovery().fail(Reply.hang());
                },
                bed -> Expect.that(bed.getJwks()).status(502));
    }

    private static void switched(CheckList list) {
        list.must(
                "while upstream is another cluster the good documents are served, and its own when it is back",
                EXPECTED_EACH_TIME,
                bed -> {
                    RawResponse keys = bed.prime();
                    RawResponse document = bed.getDiscovery();
                    becomeAnother(bed.upstream());
                    // The JWKS alone, which does not say whose it is.
                    bed.stillServes(keys, 5);
                    areServed(bed, keys, document);

                    bed.discovery().serve(THEIR_DOCUMENT.replace(THEIRS, OURS));
                    bed.changeJwks(LATE, ConnectionChecks.largeKeySet(10));
                });
        list.must(
                "when upstream becomes another cluster between its two answers the good documents are served",
                EXPECTED_EACH_TIME,
                bed -> {
                    RawResponse document = bed.getDiscovery();
                    // After that no fetch is in flight.
                    RawResponse keys = bed.prime();
                    bed.jwks().hold();
                    bed.jwks().serve(THEIR_KEYS);
                    // Both may be fetched for this, and the answer with the key set is the later one.
                    Expect.that(bed.getDiscovery()).status(200).body(document.text());
                    bed.discovery().serve(THEIR_DOCUMENT);
                    bed.jwks().release();
                    bed.stillServes(keys, 5);
                    areServed(bed, keys, document);
                });
        list.must(
                "after an outage that ends with another cluster the good documents are served",
                EXPECTED_EACH_TIME,
                bed -> {
                    RawResponse keys = bed.prime();
                    RawResponse document = bed.getDiscovery();
                    bed.failBoth(Reply.status(503, "{}"));
                    // The pauses of the two are of different lengths.
                    areServed(bed, keys, document);
                    becomeAnother(bed.upstream());
                    Await.until(LATE, "a WARN of their key set", () -> {
                        areServed(bed, keys, document);
                        return bed.isLogged("WARN", ApiServerStandIn.JWKS_PATH, THEIRS);
                    });
                });
        list.must(
                "a discovery document that cannot be fetched any more makes no JWKS stale", EXPECTED_EACH_TIME, bed -> {
                    bed.prime();
                    bed.discovery().fail(Reply.status(403, "{}"));
                    bed.changeJwks(LATE, ConnectionChecks.largeKeySet(10));
                });
    }

    private static void areServed(TestBed bed, RawResponse keys, RawResponse document) {
        Expect.that(bed.getJwks()).status(200).body(keys.text());
        Expect.that(bed.getDiscovery()).status(200).body(document.text());
    }

    private static void stored(CheckList list) {
        list.must("stored documents of EXPECTED_ISSUER are served after a restart", StoredDocuments::by, stored -> {
            becomeAnother(stored.upstream());
            try (TestBed bed = stored.start(EXPECTED)) {
                stored.areServed(bed);
            }
        });
        list.must(
                "after a restart no JWKS is published before it is known whose it is", StoredDocuments::by, stored -> {
                    stored.upstream().jwks().serve(THEIR_KEYS);
                    stored.upstream().discovery().fail(Reply.status(503, "{}"));
                    try (TestBed bed = stored.start(EXPECTED)) {
                        // It has both documents fetched, and waits for that.
                        Expect.that(bed.get("/healthz")).status(503);
                        String before =
                                stored.answer(ApiServerStandIn.JWKS_PATH).text();
                        Expect.that(bed.getJwks()).status(200).body(before);
                    }
                });
        list.must("stored documents of another issuer are ignored with a WARN", StoredDocuments::by, stored -> {
            stored.breakUpstream();
            try (TestBed bed = stored.start(Map.of("EXPECTED_ISSUER", THEIRS))) {
                stored.areIgnored(bed);
            }
        });
    }

    private static void becomeAnother(ApiServerStandIn upstream) {
        upstream.discovery().serve(THEIR_DOCUMENT);
        upstream.jwks().serve(THEIR_KEYS);
    }
}
