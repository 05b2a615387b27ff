// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * 2.5, 10.1 and 10.2: what is published where and in place of what, for relying parties that need it so; and what section 5
 * says of the variables for it.
 */
final class RelyingPartyChecks {

    private static final String PUBLISHED = "https://oidc.example/openid/v1/jwks?a=1&b=2";
    private static final String UPSTREAMS = "https://10.0.0.1:6443/openid/v1/jwks";
    private static final String PREFIX = "/clusters/a";
    private static final Duration LATE = Duration.ofSeconds(45);
    private static final Duration MOMENT = Duration.ofSeconds(1);

    private static final String DOCUMENT = """
            { "issuer":"https://issuer.example/cluster", "z":null,
              "jwks_uri":"https://10.0.0.1:6443/openid/v1/jwks", "n":[1.0, 1E400, {"jwks_uri":"inner"}] }
            """;
    private static final String COMPACT = "{\"issuer\":\"https://issuer.example/cluster\",\"z\":null,"
            + "\"jwks_uri\":\"" + UPSTREAMS + "\",\"n\":[1.0,1E400,{\"jwks_uri\":\"inner\"}]}";

    private static final Consumer<ApiServerStandIn> SERVED =
            upstream -> upstream.discovery().serve(DOCUMENT);

    private RelyingPartyChecks() {}

    static void checks(CheckList list) {
        jwksUri(list.in("2.5"));
        log(list.in("6.4"));
        prefix(list.in("10.1"));
        extraMembers(list.in("10.2"));
        mistakes(list.in("5"));
    }

    private static void jwksUri(CheckList list) {
        Map<String, String> published = Map.of("JWKS_URI", PUBLISHED);
        list.must("JWKS_URI replaces jwks_uri, and nothing else changes in value or order", published, SERVED, bed -> {
            String text = bed.getDiscovery().text();
            Expect.that(bed.getDiscovery())
                    .status(200)
                    .field("Content-Type", "application/json")
                    .demand(text.contains("\n  \"jwks_uri\": \"" + PUBLISHED + "\""), "expected the JWKS_URI")
                    .demand(
                            text.replaceAll("\\s", "").equals(COMPACT.replace(UPSTREAMS, PUBLISHED)),
                            "expected the rest as upstream sent it");
        });
        list.must(
                "with PRETTY_PRINT_JSON=false the document with the JWKS_URI has no white space, and its own ETag",
                Map.of("JWKS_URI", PUBLISHED, "PRETTY_PRINT_JSON", "false"),
                SERVED,
                bed -> {
                    RawResponse document = bed.getDiscovery();
                    Expect.that(document).status(200).body(COMPACT.replace(UPSTREAMS, PUBLISHED));
                    Expect.that(bed.get(ApiServerStandIn.DISCOVERY_PATH, "If-None-Match: " + document.require("ETag")))
                            .status(304);
                    Expect.that(bed.getJwks()).status(200).body(bed.jwks().json());
                });
        list.must("another JWKS_URI counts from a restart on, during an outage too", StoredDocuments::by, stored -> {
            stored.breakUpstream();
            try (TestBed bed = stored.start(published)) {
                RawResponse document = bed.getDiscovery();
                Expect.that(document).status(200).demand(document.text().contains(PUBLISHED), "expected the JWKS_URI");
            }
            try (TestBed bed = stored.start(Map.of())) {
                stored.areServed(bed);
            }
        });
    }

    private static void log(CheckList list) {
        list.must(
                "while JWKS_URI is set, the log tells that one, and a private jwks_uri of upstream's is no WARN",
                Map.of("JWKS_URI", PUBLISHED),
                SERVED,
                bed -> {
                    Await.until(
                            LATE,
                            "a line with what is published",
                            () -> bed.isLogged("jwks_uri=" + PUBLISHED) || bed.isLogged("jwks_uri\": \"" + PUBLISHED));
                    Await.whileHolds(MOMENT, "no WARN about the jwks_uri", () -> !bed.isLogged("WARN", "jwks_uri"));
                });
    }

    private static void prefix(CheckList list) {
        Map<String, String> prefixed = Map.of("PATH_PREFIX", PREFIX);
        list.must("PATH_PREFIX has both documents below it and no longer at the root", prefixed, bed -> {
            for (ServedDocument served : List.of(bed.discovery(), bed.jwks())) {
                RawResponse below = bed.get(PREFIX + served.path() + "?a=b");
                Expect.that(below)
                        .status(200)
                        .demand(Json.same(served.json(), below.text()), "expected upstream's document");
                Expect.that(bed.head(PREFIX + served.path())).status(200).noBody();
                Expect.that(bed.exchange(TestBed.request("POST", PREFIX + served.path(), "Content-Length: 0")))
                        .status(405)
                        .field("Allow", "GET, HEAD");
                Expect.that(bed.get(served.path())).status(404).plain();
            }
        });
        list.must("with PATH_PREFIX health stays at the root", prefixed, bed -> {
            for (String path : List.of("/healthz", "/readyz")) {
                Expect.that(bed.get(path)).status(200).body("OK\n");
                Expect.that(bed.get(PREFIX + path)).status(404);
            }
        });
        list.must("a path with PATH_PREFIX counts character for character", prefixed, bed -> {
            for (String target : List.of(
                    PREFIX,
                    PREFIX + "/",
                    PREFIX + "/openid/v1/jwks/",
                    "/clusters/A/openid/v1/jwks",
                    "/clusters/%61/openid/v1/jwks",
                    "/clusters/a;x=1/openid/v1/jwks",
                    "/clusters/b/../a/openid/v1/jwks",
                    "/clusters/aa/openid/v1/jwks",
                    PREFIX + PREFIX + "/openid/v1/jwks")) {
                Expect.that(bed.get(target)).status(404);
            }
            Expect.that(bed.get("/clusters//a/openid/v1/jwks")).status(400, 404);
        });
    }

    private static void extraMembers(CheckList list) {
        String extra = "{ \"authorization_endpoint\" : \"https://oidc.example/<none>\", \"n\":0, \"x\":[1.10, null] }";
        String added = "\"authorization_endpoint\":\"https://oidc.example/<none>\",\"x\":[1.10,null]}";
        for (boolean pretty : List.of(true, false)) {
            list.must(
                    "DISCOVERY_EXTRA_MEMBERS adds members and replaces none, with PRETTY_PRINT_JSON=" + pretty,
                    Map.of("DISCOVERY_EXTRA_MEMBERS", extra, "PRETTY_PRINT_JSON", Boolean.toString(pretty)),
                    SERVED,
                    bed -> {
                        RawResponse document = bed.getDiscovery();
                        String text = pretty ? document.text().replaceAll("\\s", "") : document.text();
                        Expect.that(document)
                                .status(200)
                                .demand(
                                        text.equals(COMPACT.substring(0, COMPACT.length() - 1) + "," + added),
                                        "expected upstream's members and then the others")
                                .demand(document.text().contains("\n  \"") == pretty, "expected no other white space");
                        Expect.that(bed.getJwks())
                                .status(200)
                                .demand(
                                        Json.same(
                                                bed.jwks().json(), bed.getJwks().text()),
                                        "expected upstream's key set");
                    });
        }
        list.must(
                "where DISCOVERY_EXTRA_MEMBERS adds nothing, PRETTY_PRINT_JSON=false sends upstream's bytes",
                Map.of("DISCOVERY_EXTRA_MEMBERS", "{\"n\":1,\"z\":2}", "PRETTY_PRINT_JSON", "false"),
                SERVED,
                bed -> Expect.that(bed.getDiscovery()).status(200).body(DOCUMENT));
        for (String json : List.of(
                "{\"issuer\":\"https://other.example\"}",
                "{\"a\":1,\"jwks_uri\":\"https://other.example\"}",
                "{\"issue\\u0072\":\"https://other.example\"}")) {
            isRefused(list, "DISCOVERY_EXTRA_MEMBERS", json);
        }
    }

    private static void mistakes(CheckList list) {
        Map<String, List<String>> wrong = Map.of(
                "JWKS_URI",
                List.of("http://k.example/jwks", "k.example", "https://", "https://k.example/#a", "https://k example"),
                "EXPECTED_ISSUER",
                List.of("k.example", "kubernetes/serviceaccount", "https://"),
                "PATH_PREFIX",
                List.of("clusters/a", "/", "/a/", "/a//b", "/a/../b", "/.", "/%61", "/a b", "/a?b"),
                "DISCOVERY_EXTRA_MEMBERS",
                List.of("[]", "null", "{", "{a:1}", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":2}}", "{\"a\":1} x"));
        wrong.forEach((variable, values) -> values.forEach(value -> isRefused(list, variable, value)));
        VariableChecks.accepted(list, Map.of("JWKS_URI", "https://k.example:8443/a?b=c"));
        VariableChecks.accepted(list, Map.of("EXPECTED_ISSUER", "https://issuer.example/clusters/a"));
        VariableChecks.accepted(list, Map.of("PATH_PREFIX", "/clusters/a-b.c_d~e"));
        VariableChecks.accepted(list, Map.of("DISCOVERY_EXTRA_MEMBERS", "{\"a\":{\"issuer\":1}}"));
        for (String variable : List.of("JWKS_URI", "EXPECTED_ISSUER")) {
            list.must(
                    "user info in " + variable + " is refused without printing it",
                    () -> list.refused(Map.of(variable, "https://jane:s3cret@k.example"))
                            .names(variable, variable)
                            .hides("s3cret"));
        }
    }

    private static void isRefused(CheckList list, String variable, String value) {
        list.must(
                variable + "=" + value + " is refused",
                () -> list.refused(Map.of(variable, value)).names(variable, "allowed"));
    }
}
