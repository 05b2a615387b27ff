// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
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

    static List<Check> checks(CheckList list) {
        other(list);
        switched(list);
        stored(list);
        return list.checks();
    }

    private static void other(CheckList list) {
        list.must("2.6", "both documents of EXPECTED_ISSUER are served, the JWKS asked for first", EXPECTED, bed -> {
            Expect.that(bed.getJwks()).status(200);
            Expect.that(bed.getDiscovery()).status(200);
        });
        list.must(
                "2.6",
                "neither document of another issuer is published, and the WARN names both issuers",
                EXPECTED,
                ExpectedIssuerChecks::becomeAnother,
                bed -> {
                    Expect.that(bed.getJwks()).status(502).plain();
                    Expect.that(bed.getDiscovery()).status(502).plain();
                    Expect.that(bed.get("/readyz")).status(503);
                    for (String path : HttpInterfaceChecks.DOCUMENTS.values()) {
                        Await.until(
                                LATE,
                                "a WARN with " + path + " and both issuers",
                                () -> bed.gateway().log().stream()
                                        .anyMatch(line -> line.contains("WARN")
                                                && line.contains(path)
                                                && line.contains(OURS)
                                                && line.contains(THEIRS)));
                    }
                });
        for (String nearly : List.of(OURS + "/", OURS.replace("https", "HTTPS"), OURS.replace("issuer.", "ISSUER."))) {
            list.must(
                    "2.6",
                    "the issuer " + nearly + " is another one, character for character",
                    EXPECTED,
                    upstream -> upstream.discovery().serve(THEIR_DOCUMENT.replace(THEIRS, nearly)),
                    bed -> Expect.that(bed.getDiscovery()).status(502));
        }
        list.should(
                "2.6",
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
                "2.6",
                "while upstream is another cluster the good documents are served, and its own when it is back",
                EXPECTED_EACH_TIME,
                bed -> {
                    bed.prime();
                    String document = bed.getDiscovery().text();
                    String keys = bed.getJwks().text();
                    becomeAnother(bed.upstream());
                    // The JWKS alone, which does not say whose it is.
                    for (int i = 0; i < 5; i++) {
                        Expect.that(bed.getJwks()).status(200).body(keys);
                    }
                    Expect.that(bed.getDiscovery()).status(200).body(document);

                    String next = ConnectionChecks.largeKeySet(10);
                    bed.upstream().discovery().serve(THEIR_DOCUMENT.replace(THEIRS, OURS));
                    bed.upstream().jwks().serve(next);
                    Await.until(
                            LATE,
                            "the key set that upstream has now",
                            () -> Json.same(next, bed.getJwks().text()));
                });
        list.must(
                "2.6",
                "after an outage that ends with another cluster the good documents are served",
                EXPECTED_EACH_TIME,
                bed -> {
                    bed.prime();
                    String document = bed.getDiscovery().text();
                    String keys = bed.getJwks().text();
                    bed.upstream().discovery().fail(Reply.status(503, "{}"));
                    bed.upstream().jwks().fail(Reply.status(503, "{}"));
                    // The pauses of the two are of different lengths.
                    Expect.that(bed.getJwks()).status(200).body(keys);
                    Expect.that(bed.getDiscovery()).status(200).body(document);
                    becomeAnother(bed.upstream());
                    Await.until(LATE, "a WARN of their key set", () -> {
                        Expect.that(bed.getJwks()).status(200).body(keys);
                        Expect.that(bed.getDiscovery()).status(200).body(document);
                        return bed.gateway().log().stream()
                                .anyMatch(line -> line.contains("WARN")
                                        && line.contains(ApiServerStandIn.JWKS_PATH)
                                        && line.contains(THEIRS));
                    });
                });
        list.must(
                "2.6",
                "a discovery document that cannot be fetched any more makes no JWKS stale",
                EXPECTED_EACH_TIME,
                bed -> {
                    bed.prime();
                    bed.upstream().discovery().fail(Reply.status(403, "{}"));
                    String next = ConnectionChecks.largeKeySet(10);
                    bed.upstream().jwks().serve(next);
                    Await.until(
                            LATE,
                            "the key set that upstream has now",
                            () -> Json.same(next, bed.getJwks().text()));
                });
    }

    private static void stored(CheckList list) {
        list.add("2.6", Check.Severity.MUST, "stored documents of EXPECTED_ISSUER are served after a restart", () -> {
            try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                becomeAnother(stored.upstream());
                try (StartedGateway gateway = stored.start(EXPECTED)) {
                    stored.answers()
                            .forEach((path, before) -> Expect.that(StoredDocuments.get(gateway, path))
                                    .status(200)
                                    .body(before.text()));
                }
            }
        });
        list.add(
                "2.6",
                Check.Severity.MUST,
                "after a restart no JWKS is published before it is known whose it is",
                () -> {
                    try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                        stored.upstream().jwks().serve(THEIR_KEYS);
                        stored.upstream().discovery().fail(Reply.status(503, "{}"));
                        try (StartedGateway gateway = stored.start(EXPECTED)) {
                            // It has both documents fetched, and waits for that.
                            Expect.that(StoredDocuments.get(gateway, "/healthz"))
                                    .status(503);
                            Expect.that(stored.getJwks(gateway))
                                    .status(200)
                                    .body(stored.answers()
                                            .get(ApiServerStandIn.JWKS_PATH)
                                            .text());
                        }
                    }
                });
        list.add("2.6", Check.Severity.MUST, "stored documents of another issuer are ignored with a WARN", () -> {
            try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                stored.breakUpstream();
                try (StartedGateway gateway = stored.start(Map.of("EXPECTED_ISSUER", THEIRS))) {
                    stored.answers()
                            .keySet()
                            .forEach(path -> Expect.that(StoredDocuments.get(gateway, path))
                                    .status(502));
                    stored.warns(gateway);
                }
            }
        });
    }

    private static void becomeAnother(ApiServerStandIn upstream) {
        upstream.discovery().serve(THEIR_DOCUMENT);
        upstream.jwks().serve(THEIR_KEYS);
    }
}
