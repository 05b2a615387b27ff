// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import static io.github.kubeoidc.gateway.conformance.checks.TestBed.EVERY_REQUEST_FETCHES;

import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.FaultyReply;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import io.github.kubeoidc.gateway.standin.UpstreamRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** 2.1 and 2.4: how a document is fetched and rendered. */
final class DocumentChecks {

    private DocumentChecks() {}

    static void checks(CheckList list) {
        request(list.in("2.1"));
        prefix(list.in("2.1"));
        elsewhere(list.in("2.1"));
        names(list.in("2.1"));
        keptConnections(list.in("2.1"));
        trust(list.in("2.1"));
        rendering(list.in("2.4"));
    }

    private static void request(CheckList list) {
        list.must("both documents are fetched with GET, the token and an acceptable Accept", bed -> {
            bed.documentsAre(200);
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
            list.must("a base URL may end in " + prefix, () -> {
                ApiServerStandIn upstream = ApiServerStandIn.start();
                Map<String, String> environment = Map.of("UPSTREAM_HOST", upstream.baseUri() + prefix);
                try (TestBed bed = TestBed.start(list.delivery(), upstream, environment)) {
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
        list.must("a redirect is never followed and jwks_uri never dereferenced", () -> {
            try (ApiServerStandIn other = ApiServerStandIn.startPlain();
                    TestBed bed = TestBed.start(list.delivery(), EVERY_REQUEST_FETCHES, upstream -> {
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
        list.must("no proxy is used", () -> {
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
        list.must(
                "plain HTTP to a loopback address works",
                delivery -> TestBed.start(delivery, ApiServerStandIn.startPlain(), Map.of()),
                bed -> bed.documentsAre(200));
    }

    private static void names(CheckList list) {
        // Nobody listens at the first address. Each is resolved by a file, as only names of that file exist then.
        Map<String, String> hosts = Map.of(
                "with a second address that answers works", "127.0.0.9 localhost\n127.0.0.1 localhost\n",
                "with a trailing dot works", "127.0.0.1 localhost.\n");
        hosts.forEach((what, file) -> list.must("a host " + what, () -> {
            ApiServerStandIn upstream = ApiServerStandIn.start();
            Path hostsFile = Files.writeString(upstream.files().tokenPath().resolveSibling("hosts"), file);
            String name = file.contains("localhost.") ? "localhost." : "localhost";
            Map<String, String> environment = Map.of(
                    "UPSTREAM_HOST",
                    "https://" + name + ":" + upstream.baseUri().getPort(),
                    "JAVA_TOOL_OPTIONS",
                    "-Djdk.net.hosts.file=" + hostsFile);
            try (TestBed bed = TestBed.start(list.delivery(), upstream, environment)) {
                bed.prime();
            }
        }));
    }

    private static void keptConnections(CheckList list) {
        Map<String, Consumer<ApiServerStandIn>> faults = Map.of(
                "that upstream has closed",
                ApiServerStandIn::cutConnections,
                "that upstream resets instead of an answer",
                upstream -> upstream.answerOnceAConnection(FaultyReply.reset()),
                "that upstream closes instead of an answer",
                upstream -> upstream.answerOnceAConnection((in, out) -> false));
        faults.forEach((what, fault) ->
                list.must("a kept connection " + what + " costs no failure", EVERY_REQUEST_FETCHES, bed -> {
                    bed.prime();
                    for (int size = 10; size < 20; size++) {
                        String next = ConnectionChecks.largeKeySet(size);
                        bed.jwks().serve(next);
                        fault.accept(bed.upstream());
                        bed.awaitJwks(Duration.ofSeconds(60), next);
                        Expect.that(bed.get("/readyz")).status(200);
                    }
                    bed.notLogged("WARN", ApiServerStandIn.JWKS_PATH);
                }));
        list.should(
                "an exchange is made twice at most",
                Map.of(),
                upstream -> upstream.jwks().fail(FaultyReply.reset()),
                bed -> {
                    Expect.that(bed.getJwks()).status(502);
                    int fetches = bed.jwks().fetches();
                    Expect.holds(fetches <= 4, "two fetches at most failed, with " + fetches + " requests");
                });
    }

    private static void trust(CheckList list) {
        distrusted(list, "a server under another CA", ApiServerStandIn::replaceAuthority);
        distrusted(
                list,
                "a certificate for another name",
                upstream -> upstream.presentCertificate(Duration.ofDays(1), "other.example"));
        distrusted(
                list,
                "an expired certificate",
                upstream -> upstream.presentCertificate(Duration.ofHours(-1), "localhost"));
    }

    private static void distrusted(CheckList list, String what, Consumer<ApiServerStandIn> prepare) {
        list.must(what + " is not trusted", Map.of("UPSTREAM_TIMEOUT_SECONDS", "1"), prepare, bed -> {
            bed.documentsAre(502);
            Expect.equal("what the server saw", List.of(), bed.upstream().requests());
        });
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
                "PRETTY_PRINT_JSON=true indents by two spaces and changes no order, null, number or string",
                Map.of(),
                upstream -> upstream.discovery().serve(compact),
                bed -> Expect.that(bed.getDiscovery())
                        .status(200)
                        .demand(
                                bed.getDiscovery().text().strip().equals(pretty.strip()),
                                "expected two-space indentation of the same values"));
        list.must(
                "PRETTY_PRINT_JSON=false sends upstream's bytes",
                Map.of("PRETTY_PRINT_JSON", "false"),
                upstream -> upstream.discovery().serve(compact),
                bed -> Expect.that(bed.getDiscovery()).status(200).body(compact));
        list.must("what upstream sent is what is sent, in value", bed -> {
            for (ServedDocument served : List.of(bed.discovery(), bed.jwks())) {
                RawResponse response = bed.get(served.path());
                Expect.that(response).demand(Json.same(served.json(), response.text()), "expected the same value");
            }
        });
    }
}
