// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.table.RequestRow;
import io.github.kubeoidc.gateway.standin.table.RequestTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** 1.4 to 1.6: answers that are no document, and requests with a body. */
final class PlainAnswerChecks {

    private static final String JWKS = ApiServerStandIn.JWKS_PATH;
    private static final String SMUGGLED = TestBed.request("GET", "/healthz");

    private PlainAnswerChecks() {}

    static void checks(CheckList list) {
        parserAnswers(list);
        plainly(list.in("1.4"));
        upgrades(list.in("1.4"));
        missingDocument(list.in("1.5"));
        bodies(list.in("1.6"));
        list.in("6.2").must("what the parser refuses leaves none of its words in the log", bed -> {
            bed.exchange("GET " + JWKS + " HTTP/1.1\r\nHost: WARN forged-by-client\r\n\r\n");
            bed.exchange("GET " + JWKS + " HTTP/1.1\r\nHost: forged-by-client\r\nHost: x\r\n\r\n");
            bed.exchange("GET http://forged-by-client:x/ HTTP/1.1\r\nHost: x\r\n\r\n");
            bed.exchange("GET /forged-by-client HTTP/1.1\r\nHost: a b\r\n\r\n");
            bed.get("/after-the-forgery");
            bed.awaitLog(Duration.ofSeconds(30), "/after-the-forgery");
            bed.notLogged("forged-by-client");
        });
    }

    private static void parserAnswers(CheckList list) {
        for (RequestRow row : RequestTable.group("requests: refused by the parser")) {
            list.in(row.section()).must(row.name() + " is refused in plain words", bed -> isPlain(bed, row));
            if (row.isGet()) {
                RequestRow head = row.asHead();
                list.in(head.section()).must(head.name() + " is refused without a body", TestBed.connected(http -> {
                    RawResponse response = http.ask(head.request());
                    Expect.that(response).status(head.statuses());
                    if (response.status() != 404) {
                        http.ended();
                    }
                }));
            }
        }
        for (RequestRow row : RequestTable.group("requests: never a server's error")) {
            list.in(row.section()).must(row.name() + " causes no server error", bed -> {
                RawResponse response = bed.exchange(row.request());
                Expect.that(response)
                        .demand(response.status() < 500 || response.status() == 505, "expected no 5xx other than 505")
                        .noField("Server")
                        .noHtml();
            });
        }
    }

    private static void isPlain(TestBed bed, RequestRow row) {
        Expect.that(bed.exchange(row.request())).status(row.statuses()).plain();
    }

    private static void plainly(CheckList list) {
        RequestRow expectation = RequestTable.named("an unknown expectation");
        list.should(expectation.name() + " is refused in plain words", bed -> isPlain(bed, expectation));
        noProduct(list, "OPTIONS *", " is refused without a product name");
        noProduct(list, "CONNECT", " is refused without a product name");
        noProduct(list, "an HTTP/2 preface", " is refused");
        list.must("an expectation of 100-continue does not keep a GET waiting", TestBed.connected(http -> {
            RawResponse response = http.ask(TestBed.request("GET", JWKS, "Expect: 100-continue"));
            Expect.that(response.status() == 100 ? http.read() : response).status(200);
        }));
        list.must(
                "no word of upstream's answer is passed on",
                Map.of(),
                upstream -> {
                    upstream.jwks().fail(Reply.status(500, "{\"message\":\"leaked words\"}"));
                    upstream.discovery().serve("{\"leaked\":\"words\"}");
                },
                bed -> {
                    for (String path : List.of(JWKS, ApiServerStandIn.DISCOVERY_PATH, "/healthz", "/readyz")) {
                        RawResponse response = bed.get(path);
                        Expect.that(response)
                                .status(502, 503)
                                .plain()
                                .demand(!response.toString().contains("leaked"), "expected no word of upstream");
                    }
                });
    }

    private static void noProduct(CheckList list, String name, String sentence) {
        RequestRow row = RequestTable.named(name);
        list.must(
                name + sentence,
                bed -> Expect.that(bed.exchange(row.request()))
                        .status(row.statuses())
                        .noField("Server")
                        .noHtml());
    }

    private static void upgrades(CheckList list) {
        for (String protocol : List.of("h2c", "websocket", "TLS/1.0", "HTTP/2.0, IRC/6.9")) {
            Map<String, List<String>> forms = Map.of(
                    "Connection: Upgrade", List.of("Connection: Upgrade"),
                    "Connection: Upgrade, HTTP2-Settings",
                            List.of("Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAEAAEAAAAIAAAAA"),
                    "nothing in Connection", List.of());
            forms.forEach((what, fields) ->
                    list.must("an Upgrade to " + protocol + " with " + what + " is ignored", TestBed.connected(http -> {
                        List<String> all = new ArrayList<>(fields);
                        all.add("Upgrade: " + protocol);
                        for (int i = 0; i < 2; i++) {
                            Expect.that(http.ask(TestBed.request("GET", JWKS, all.toArray(String[]::new))))
                                    .status(200)
                                    .noField("Upgrade")
                                    .noField("Connection");
                        }
                    })));
        }
    }

    private static void missingDocument(CheckList list) {
        for (String path : HttpInterfaceChecks.DOCUMENTS.values()) {
            list.must(
                    path + " is 502 when it was never fetched and cannot be",
                    Map.of("UPSTREAM_TIMEOUT_SECONDS", "1"),
                    ApiServerStandIn::refuseConnections,
                    bed -> {
                        RawResponse response = bed.get(path);
                        Expect.that(response)
                                .status(502)
                                .plain()
                                .noField("ETag")
                                .demand(response.text().strip().equals("Bad Gateway"), "expected Bad Gateway");
                        Expect.that(bed.head(path)).status(502);
                        Expect.that(bed.get(path, "If-None-Match: *")).status(502);
                    });
        }
    }

    private static void bodies(CheckList list) {
        closes(list, "GET with a body is answered", withBody("GET", JWKS, "abc"), 200);
        closes(
                list,
                "GET with a chunked body is answered",
                TestBed.request("GET", JWKS, "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n",
                200);
        closes(list, "HEAD with a body is answered", withBody("HEAD", JWKS, "abc"), 200);
        String endless = TestBed.request("GET", JWKS, "Content-Length: 1000");
        closes(list, "GET whose body never comes is answered at once", endless, 200);
        closes(list, "a body that is a request is not answered", withBody("GET", JWKS, SMUGGLED), 200);
        closes(list, "GET with a body on a health path is answered", withBody("GET", "/healthz", "abc"), 200);
        closes(list, "GET with a body on another path is answered", withBody("GET", "/other", "abc"), 404);
        closes(list, "POST with a body is 405", withBody("POST", JWKS, "0123456789"), 405);
        String refused = withBody("GET", "//x%2f", SMUGGLED);
        closes(list, "a body behind a target that is refused is not read", refused, 400, 404);
        list.must("an empty body ends no connection", TestBed.connected(http -> {
            for (int i = 0; i < 2; i++) {
                Expect.that(http.ask(withBody("GET", JWKS, ""))).status(200).noField("Connection");
            }
        }));
    }

    private static String withBody(String method, String target, String body) {
        return TestBed.request(method, target, "Content-Length: " + body.length()) + body;
    }

    private static void closes(CheckList list, String what, String request, int... statuses) {
        list.must(what + " with Connection: close, and closed", TestBed.connected(http -> {
            Expect.that(http.ask(request)).status(statuses).field("Connection", "close");
            http.ended();
        }));
    }
}
