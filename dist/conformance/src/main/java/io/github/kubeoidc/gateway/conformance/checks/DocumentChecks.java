// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.FaultyReply;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import io.github.kubeoidc.gateway.standin.UpstreamRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** 2.1 and 2.4: how a document is fetched and rendered. */
final class DocumentChecks {

    private static final Map<String, String> ONE_SECOND = Map.of("UPSTREAM_TIMEOUT_SECONDS", "1");

    private DocumentChecks() {}

    static List<Check> checks(CheckList list) {
        request(list);
        prefix(list);
        elsewhere(list);
        names(list);
        keptConnections(list);
        trust(list);
        rendering(list);
        return list.checks();
    }

    private static void request(CheckList list) {
        list.must("2.1", "both documents are fetched with GET, the token and an acceptable Accept", bed -> {
            Expect.that(bed.getDiscovery()).status(200);
            Expect.that(bed.getJwks()).status(200);
            for (String path : HttpInterfaceChecks.DOCUMENTS.values()) {
                UpstreamRequest request = bed.upstream().requests().stream()
                        .filter(candidate -> candidate.path().equals(path))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("upstream was never asked for " + path));
                Expect.equal("the request line", "GET " + path + " HTTP/1.1", request.line());
                Expect.equal("Authorization", "Bearer " + bed.upstream().token(), request.field("Authorization"));
                String accept = request.field("Accept");
                Expect.holds(
                        accept == null || accept.contains("jwk-set+json") || accept.contains("*/*"),
                        "Accept is " + accept + ", which a real API server answers with 406 for the JWKS");
            }
        });
    }

    private static void prefix(CheckList list) {
        for (String prefix : List.of("/clusters/a", "/clusters/a/", "/")) {
            list.add("2.1", Check.Severity.MUST, "a base URL may end in " + prefix, () -> {
                ApiServerStandIn upstream = ApiServerStandIn.start();
                Map<String, String> environment = Map.of("UPSTREAM_HOST", upstream.baseUri() + prefix);
                try (TestBed bed = TestBed.start(list.delivery(), upstream, environment, standIn -> {})) {
                    Expect.that(bed.getJwks()).status(200);
                    String expected = prefix.replaceAll("/$", "") + ApiServerStandIn.JWKS_PATH;
                    Expect.holds(
                            upstream.requests().stream()
                                    .anyMatch(request -> request.path().equals(expected)),
                            "upstream was asked " + upstream.requests() + " instead of " + expected);
                }
            });
        }
    }

    private static void elsewhere(CheckList list) {
        Map<String, String> always = Map.of("CACHE_TTL_SECONDS", "0");
        list.add("2.1", Check.Severity.MUST, "a redirect is never followed and jwks_uri never dereferenced", () -> {
            try (ApiServerStandIn other = ApiServerStandIn.startPlain();
                    TestBed bed = TestBed.start(list.delivery(), always, upstream -> {
                        upstream.discovery()
                                .serve("{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"" + other.baseUri()
                                        + ApiServerStandIn.JWKS_PATH + "\"}");
                        upstream.jwks().fail(Reply.redirect(307, other.baseUri() + ApiServerStandIn.JWKS_PATH));
                    })) {
                Expect.that(bed.getJwks()).status(502);
                // Each is a fetch: if one had another connect behind it, that would be there before the last one ends.
                for (int i = 0; i < 10; i++) {
                    Expect.that(bed.getDiscovery()).status(200);
                }
                bed.get("/readyz");
                Expect.equal("the number of connections to the other server", 0, other.connections());
            }
        });
        list.add("2.1", Check.Severity.MUST, "no proxy is used", () -> {
            try (ApiServerStandIn proxy = ApiServerStandIn.startPlain()) {
                String address = proxy.baseUri().toString();
                String port = Integer.toString(proxy.baseUri().getPort());
                Map<String, String> environment = Map.of(
                        "HTTPS_PROXY", address,
                        "https_proxy", address,
                        "ALL_PROXY", address,
                        "JAVA_TOOL_OPTIONS",
                                "-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=" + port + " -Dhttp.nonProxyHosts=");
                try (TestBed bed = TestBed.start(list.delivery(), environment, upstream -> {})) {
                    Expect.that(bed.getJwks()).status(200);
                }
                Expect.equal("the number of connections to the proxy", 0, proxy.connections());
            }
        });
        list.add("2.1", Check.Severity.MUST, "plain HTTP to a loopback address works", () -> {
            try (TestBed bed =
                    TestBed.start(list.delivery(), ApiServerStandIn.startPlain(), Map.of(), upstream -> {})) {
                Expect.that(bed.getJwks()).status(200);
                Expect.that(bed.getDiscovery()).status(200);
            }
        });
    }

    private static void names(CheckList list) {
        // Nobody listens at the first address. Each is resolved by a file, as only names of that file exist then.
        Map<String, String> hosts = new LinkedHashMap<>();
        hosts.put("with a second address that answers works", "127.0.0.9 localhost\n127.0.0.1 localhost\n");
        hosts.put("with a trailing dot works", "127.0.0.1 localhost.\n");
        hosts.forEach((what, file) -> list.add("2.1", Check.Severity.MUST, "a host " + what, () -> {
            ApiServerStandIn upstream = ApiServerStandIn.start();
            Path hostsFile = Files.writeString(upstream.files().tokenPath().resolveSibling("hosts"), file);
            String name = file.contains("localhost.") ? "localhost." : "localhost";
            Map<String, String> environment = Map.of(
                    "UPSTREAM_HOST",
                    "https://" + name + ":" + upstream.baseUri().getPort(),
                    "JAVA_TOOL_OPTIONS",
                    "-Djdk.net.hosts.file=" + hostsFile);
            try (TestBed bed = TestBed.start(list.delivery(), upstream, environment, standIn -> {})) {
                bed.prime();
            }
        }));
    }

    private static void keptConnections(CheckList list) {
        Map<String, Consumer<ApiServerStandIn>> faults = new LinkedHashMap<>();
        faults.put("that upstream has closed", ApiServerStandIn::cutConnections);
        faults.put(
                "that upstream resets instead of an answer",
                upstream -> upstream.answerOnceAConnection(FaultyReply.reset()));
        faults.put(
                "that upstream closes instead of an answer",
                upstream -> upstream.answerOnceAConnection((in, out) -> false));
        faults.forEach((what, fault) -> list.must(
                "2.1", "a kept connection " + what + " costs no failure", Map.of("CACHE_TTL_SECONDS", "0"), bed -> {
                    bed.prime();
                    for (int size = 10; size < 20; size++) {
                        String next = ConnectionChecks.largeKeySet(size);
                        bed.upstream().jwks().serve(next);
                        fault.accept(bed.upstream());
                        Await.until(
                                Duration.ofSeconds(60),
                                "the JWKS that upstream has now",
                                () -> Json.same(next, bed.getJwks().text()));
                        Expect.that(bed.get("/readyz")).status(200);
                    }
                    Expect.holds(
                            bed.gateway().log().stream()
                                    .noneMatch(
                                            line -> line.contains("WARN") && line.contains(ApiServerStandIn.JWKS_PATH)),
                            "a fetch failed: " + bed.gateway().log());
                }));
        list.should(
                "2.1",
                "an exchange is made twice at most",
                Map.of(),
                upstream -> upstream.jwks().fail(FaultyReply.reset()),
                bed -> {
                    Expect.that(bed.getJwks()).status(502);
                    int fetches = bed.upstream().jwks().fetches();
                    Expect.holds(fetches <= 4, "two fetches at most failed, with " + fetches + " requests");
                });
    }

    private static void trust(CheckList list) {
        list.must(
                "2.1",
                "a server under another CA is not trusted",
                ONE_SECOND,
                ApiServerStandIn::replaceAuthority,
                DocumentChecks::tokenStaysHere);
        list.must(
                "2.1",
                "a certificate for another name is not trusted",
                ONE_SECOND,
                upstream -> upstream.presentCertificate(Duration.ofDays(1), "other.example"),
                DocumentChecks::tokenStaysHere);
        list.must(
                "2.1",
                "an expired certificate is not trusted",
                ONE_SECOND,
                upstream -> upstream.presentCertificate(Duration.ofHours(-1), "localhost"),
                DocumentChecks::tokenStaysHere);
    }

    private static void tokenStaysHere(TestBed bed) {
        Expect.that(bed.getJwks()).status(502);
        Expect.that(bed.getDiscovery()).status(502);
        Expect.equal("what the server saw", List.of(), bed.upstream().requests());
    }

    private static void rendering(CheckList list) {
        String compact = """
                {"z":null, "issuer":"https://issuer.example/?a=<b>&c='d'","jwks_uri" : "https://k.example/é€😀",
                "numbers":[1.0,1E400,-0,12345678901234567890.12345678901234567890,1e-7],"a":{"y":true,"x":false}}
                """;
        String pretty = """
                {
                  "z": null,
                  "issuer": "https://issuer.example/?a=<b>&c='d'",
                  "jwks_uri": "https://k.example/é€😀",
                  "numbers": [
                    1.0,
                    1E400,
                    -0,
                    12345678901234567890.12345678901234567890,
                    1e-7
                  ],
                  "a": {
                    "y": true,
                    "x": false
                  }
                }
                """;
        list.must(
                "2.4",
                "PRETTY_PRINT_JSON=true indents by two spaces and changes no order, null, number or string",
                Map.of(),
                upstream -> upstream.discovery().serve(compact),
                bed -> Expect.that(bed.getDiscovery())
                        .status(200)
                        .demand(
                                bed.getDiscovery().text().strip().equals(pretty.strip()),
                                "expected two-space indentation of the same values"));
        list.must(
                "2.4",
                "PRETTY_PRINT_JSON=false sends upstream's bytes",
                Map.of("PRETTY_PRINT_JSON", "false"),
                upstream -> upstream.discovery().serve(compact),
                bed -> Expect.that(bed.getDiscovery()).status(200).body(compact));
        list.must("2.4", "what upstream sent is what is sent, in value", bed -> {
            for (ServedDocument served :
                    List.of(bed.upstream().discovery(), bed.upstream().jwks())) {
                RawResponse response = bed.get(served.path());
                Expect.that(response).demand(Json.same(served.json(), response.text()), "expected the same value");
            }
        });
    }
}
