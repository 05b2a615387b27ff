// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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

    private RelyingPartyChecks() {}

    static List<Check> checks(CheckList list) {
        jwksUri(list);
        prefix(list);
        extraMembers(list);
        mistakes(list);
        return list.checks();
    }

    private static void jwksUri(CheckList list) {
        list.must(
                "2.5",
                "JWKS_URI replaces jwks_uri, and nothing else changes in value or order",
                Map.of("JWKS_URI", PUBLISHED),
                upstream -> upstream.discovery().serve(DOCUMENT),
                bed -> {
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
                "2.5",
                "with PRETTY_PRINT_JSON=false the document with the JWKS_URI has no white space, and its own ETag",
                Map.of("JWKS_URI", PUBLISHED, "PRETTY_PRINT_JSON", "false"),
                upstream -> upstream.discovery().serve(DOCUMENT),
                bed -> {
                    RawResponse document = bed.getDiscovery();
                    Expect.that(document).status(200).body(COMPACT.replace(UPSTREAMS, PUBLISHED));
                    Expect.that(bed.get(ApiServerStandIn.DISCOVERY_PATH, "If-None-Match: " + document.require("ETag")))
                            .status(304);
                    Expect.that(bed.getJwks())
                            .status(200)
                            .body(new String(bed.upstream().jwks().bytes(), StandardCharsets.UTF_8));
                });
        list.add("2.5", Check.Severity.MUST, "another JWKS_URI counts from a restart on, during an outage too", () -> {
            try (StoredDocuments stored = StoredDocuments.by(list.delivery())) {
                stored.breakUpstream();
                try (Gateway gateway = stored.start(Map.of("JWKS_URI", PUBLISHED))) {
                    RawResponse document = StoredDocuments.get(gateway, ApiServerStandIn.DISCOVERY_PATH);
                    Expect.that(document)
                            .status(200)
                            .demand(document.text().contains(PUBLISHED), "expected the JWKS_URI");
                }
                try (Gateway gateway = stored.start(Map.of())) {
                    Expect.that(StoredDocuments.get(gateway, ApiServerStandIn.DISCOVERY_PATH))
                            .status(200)
                            .body(stored.answers()
                                    .get(ApiServerStandIn.DISCOVERY_PATH)
                                    .text());
                }
            }
        });
        list.must(
                "6.4",
                "while JWKS_URI is set, the log tells that one, and a private jwks_uri of upstream's is no WARN",
                Map.of("JWKS_URI", PUBLISHED),
                upstream -> upstream.discovery().serve(DOCUMENT),
                bed -> {
                    Await.until(
                            LATE,
                            "a line with what is published",
                            () -> bed.gateway().log().stream()
                                    .anyMatch(line -> line.contains("jwks_uri=" + PUBLISHED)
                                            || line.contains("jwks_uri\": \"" + PUBLISHED)));
                    Await.whileHolds(
                            MOMENT,
                            "no WARN about the jwks_uri",
                            () -> bed.gateway().log().stream()
                                    .noneMatch(line -> line.contains("WARN") && line.contains("jwks_uri")));
                });
    }

    private static void prefix(CheckList list) {
        Map<String, String> prefixed = Map.of("PATH_PREFIX", PREFIX);
        list.must("10.1", "PATH_PREFIX has both documents below it and no longer at the root", prefixed, bed -> {
            for (ServedDocument served :
                    List.of(bed.upstream().discovery(), bed.upstream().jwks())) {
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
        list.must("10.1", "with PATH_PREFIX health stays at the root", prefixed, bed -> {
            for (String path : List.of("/healthz", "/readyz")) {
                Expect.that(bed.get(path)).status(200).body("OK\n");
                Expect.that(bed.get(PREFIX + path)).status(404);
            }
        });
        list.must("10.1", "a path with PATH_PREFIX counts character for character", prefixed, bed -> {
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
                    "10.2",
                    "DISCOVERY_EXTRA_MEMBERS adds members and replaces none, with PRETTY_PRINT_JSON=" + pretty,
                    Map.of("DISCOVERY_EXTRA_MEMBERS", extra, "PRETTY_PRINT_JSON", Boolean.toString(pretty)),
                    upstream -> upstream.discovery().serve(DOCUMENT),
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
                                                bed.upstream().jwks().json(),
                                                bed.getJwks().text()),
                                        "expected upstream's key set");
                    });
        }
        list.must(
                "10.2",
                "where DISCOVERY_EXTRA_MEMBERS adds nothing, PRETTY_PRINT_JSON=false sends upstream's bytes",
                Map.of("DISCOVERY_EXTRA_MEMBERS", "{\"n\":1,\"z\":2}", "PRETTY_PRINT_JSON", "false"),
                upstream -> upstream.discovery().serve(DOCUMENT),
                bed -> Expect.that(bed.getDiscovery()).status(200).body(DOCUMENT));
        for (String json : List.of(
                "{\"issuer\":\"https://other.example\"}",
                "{\"a\":1,\"jwks_uri\":\"https://other.example\"}",
                "{\"issue\\u0072\":\"https://other.example\"}")) {
            isRefused(list, "10.2", "DISCOVERY_EXTRA_MEMBERS", json);
        }
    }

    private static void mistakes(CheckList list) {
        Map<String, List<String>> wrong = new LinkedHashMap<>();
        wrong.put(
                "JWKS_URI",
                List.of("http://k.example/jwks", "k.example", "https://", "https://k.example/#a", "https://k example"));
        wrong.put("EXPECTED_ISSUER", List.of("k.example", "kubernetes/serviceaccount", "https://"));
        wrong.put("PATH_PREFIX", List.of("clusters/a", "/", "/a/", "/a//b", "/a/../b", "/.", "/%61", "/a b", "/a?b"));
        wrong.put(
                "DISCOVERY_EXTRA_MEMBERS",
                List.of("[]", "null", "{", "{a:1}", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":2}}", "{\"a\":1} x"));
        wrong.forEach((variable, values) -> values.forEach(value -> isRefused(list, "5", variable, value)));
        Map<String, String> right = new LinkedHashMap<>();
        right.put("JWKS_URI", "https://k.example:8443/a?b=c");
        right.put("EXPECTED_ISSUER", "https://issuer.example/clusters/a");
        right.put("PATH_PREFIX", "/clusters/a-b.c_d~e");
        right.put("DISCOVERY_EXTRA_MEMBERS", "{\"a\":{\"issuer\":1}}");
        right.forEach((variable, value) ->
                list.add("5", Check.Severity.MUST, variable + "=" + value + " is accepted", () -> {
                    // A mistake elsewhere, so that no gateway has to run.
                    GatewayDidNotStart refusal =
                            ConfigurationChecks.refused(list, Map.of(variable, value, "LOG_FORMAT", "xml"));
                    Expect.holds(
                            !refusal.errors().contains(variable), variable + " is complained of: " + refusal.errors());
                }));
        Stream.of("JWKS_URI", "EXPECTED_ISSUER")
                .forEach(variable -> list.add(
                        "5",
                        Check.Severity.MUST,
                        "user info in " + variable + " is refused without printing it",
                        () -> {
                            GatewayDidNotStart refusal = ConfigurationChecks.refused(
                                    list, Map.of(variable, "https://jane:s3cret@k.example"));
                            ConfigurationChecks.names(refusal, variable, variable);
                            Expect.holds(
                                    !refusal.getMessage().contains("s3cret"),
                                    "user info is printed: " + refusal.getMessage());
                        }));
    }

    private static void isRefused(CheckList list, String section, String variable, String value) {
        list.add(
                section,
                Check.Severity.MUST,
                variable + "=" + value + " is refused",
                () -> ConfigurationChecks.names(
                        ConfigurationChecks.refused(list, Map.of(variable, value)), variable, "allowed"));
    }
}
