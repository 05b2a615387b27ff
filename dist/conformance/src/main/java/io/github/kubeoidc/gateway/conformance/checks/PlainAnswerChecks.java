// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.table.RequestRow;
import io.github.kubeoidc.gateway.standin.table.RequestTable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** 1.4 to 1.6: answers that are no document, and requests with a body. */
final class PlainAnswerChecks {

    private static final String JWKS = ApiServerStandIn.JWKS_PATH;
    private static final String SMUGGLED = TestBed.request("GET", "/healthz");
    private static final Map<String, String> DEAD_UPSTREAM = Map.of("UPSTREAM_TIMEOUT_SECONDS", "1");

    private PlainAnswerChecks() {}

    static List<Check> checks(CheckList list) {
        parserAnswers(list);
        upgrades(list);
        neverServerError(list);
        missingDocument(list);
        bodies(list);
        return list.checks();
    }

    private static void parserAnswers(CheckList list) {
        for (RequestRow row : RequestTable.group("requests: refused by the parser")) {
            list.must(
                    row.section(),
                    row.name() + " is refused in plain words",
                    bed -> Expect.that(bed.exchange(row.request()))
                            .status(row.statuses())
                            .plain());
            if (row.isGet()) {
                RequestRow head = row.asHead();
                list.must(head.section(), head.name() + " is refused without a body", bed -> {
                    try (RawHttp http = bed.connect()) {
                        http.send(head.request());
                        RawResponse response = http.readWithoutBody();
                        Expect.that(response).status(head.statuses());
                        if (response.status() != 404) {
                            http.ended();
                        }
                    }
                });
            }
        }
        RequestRow expectation = RequestTable.named("an unknown expectation");
        list.should(
                "1.4",
                expectation.name() + " is refused in plain words",
                bed -> Expect.that(bed.exchange(expectation.request()))
                        .status(expectation.statuses())
                        .plain());
        noProduct(list, "OPTIONS *", " is refused without a product name");
        noProduct(list, "CONNECT", " is refused without a product name");
        noProduct(list, "an HTTP/2 preface", " is refused");
    }

    private static void noProduct(CheckList list, String name, String sentence) {
        RequestRow row = RequestTable.named(name);
        list.must(
                "1.4",
                name + sentence,
                bed -> Expect.that(bed.exchange(row.request()))
                        .status(row.statuses())
                        .noField("Server")
                        .noHtml());
    }

    private static void upgrades(CheckList list) {
        for (String protocol : List.of("h2c", "websocket", "TLS/1.0", "HTTP/2.0, IRC/6.9")) {
            Map<String, List<String>> forms = new LinkedHashMap<>();
            forms.put("Connection: Upgrade", List.of("Connection: Upgrade", "Upgrade: " + protocol));
            forms.put(
                    "Connection: Upgrade, HTTP2-Settings",
                    List.of(
                            "Connection: Upgrade, HTTP2-Settings",
                            "Upgrade: " + protocol,
                            "HTTP2-Settings: AAEAAEAAAAIAAAAA"));
            forms.put("nothing in Connection", List.of("Upgrade: " + protocol));
            forms.forEach((what, fields) ->
                    list.must("1.4", "an Upgrade to " + protocol + " with " + what + " is ignored", bed -> {
                        try (RawHttp http = bed.connect()) {
                            for (int i = 0; i < 2; i++) {
                                http.send(TestBed.request("GET", JWKS, fields.toArray(String[]::new)));
                                Expect.that(http.read())
                                        .status(200)
                                        .noField("Upgrade")
                                        .noField("Connection");
                            }
                        }
                    }));
        }
    }

    private static void neverServerError(CheckList list) {
        for (RequestRow row : RequestTable.group("requests: never a server's error")) {
            list.must(row.section(), row.name() + " causes no server error", bed -> {
                RawResponse response = bed.exchange(row.request());
                Expect.that(response)
                        .demand(response.status() < 500 || response.status() == 505, "expected no 5xx other than 505")
                        .noField("Server")
                        .noHtml();
            });
        }
        list.must("6.2", "what the parser refuses leaves none of its words in the log", bed -> {
            bed.exchange("GET " + JWKS + " HTTP/1.1\r\nHost: WARN forged-by-client\r\n\r\n");
            bed.exchange("GET " + JWKS + " HTTP/1.1\r\nHost: forged-by-client\r\nHost: x\r\n\r\n");
            bed.exchange("GET http://forged-by-client:x/ HTTP/1.1\r\nHost: x\r\n\r\n");
            bed.exchange("GET /forged-by-client HTTP/1.1\r\nHost: a b\r\n\r\n");
            bed.get("/after-the-forgery");
            Await.until(
                    Duration.ofSeconds(30),
                    "the line of a request after those",
                    () -> bed.gateway().log().stream().anyMatch(line -> line.contains("/after-the-forgery")));
            Expect.holds(
                    bed.gateway().log().stream().noneMatch(line -> line.contains("forged-by-client")),
                    "a refused request's Host is in the log");
        });
        list.must("1.4", "an expectation of 100-continue does not keep a GET waiting", bed -> {
            try (RawHttp http = bed.connect()) {
                http.send(TestBed.request("GET", JWKS, "Expect: 100-continue"));
                RawResponse response = http.read();
                Expect.that(response.status() == 100 ? http.read() : response).status(200);
            }
        });
    }

    private static void missingDocument(CheckList list) {
        for (String path : HttpInterfaceChecks.DOCUMENTS.values()) {
            list.must(
                    "1.5",
                    path + " is 502 when it was never fetched and cannot be",
                    DEAD_UPSTREAM,
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
        list.must(
                "1.4",
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

    private static void bodies(CheckList list) {
        closes(list, "GET with a body is answered", TestBed.request("GET", JWKS, "Content-Length: 3") + "abc", 200);
        closes(
                list,
                "GET with a chunked body is answered",
                TestBed.request("GET", JWKS, "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n",
                200);
        closes(list, "HEAD with a body is answered", TestBed.request("HEAD", JWKS, "Content-Length: 3") + "abc", 200);
        closes(
                list,
                "GET whose body never comes is answered at once",
                TestBed.request("GET", JWKS, "Content-Length: 1000"),
                200);
        closes(
                list,
                "a body that is a request is not answered",
                TestBed.request("GET", JWKS, "Content-Length: " + SMUGGLED.length()) + SMUGGLED,
                200);
        closes(
                list,
                "GET with a body on a health path is answered",
                TestBed.request("GET", "/healthz", "Content-Length: 3") + "abc",
                200);
        closes(
                list,
                "GET with a body on another path is answered",
                TestBed.request("GET", "/other", "Content-Length: 3") + "abc",
                404);
        closes(
                list,
                "POST with a body is 405",
                TestBed.request("POST", JWKS, "Content-Length: 10") + "0123456789",
                405);
        closes(
                list,
                "a body behind a target that is refused is not read",
                TestBed.request("GET", "//x%2f", "Content-Length: " + SMUGGLED.length()) + SMUGGLED,
                400,
                404);
        list.must("1.6", "an empty body ends no connection", bed -> {
            try (RawHttp http = bed.connect()) {
                for (int i = 0; i < 2; i++) {
                    http.send(TestBed.request("GET", JWKS, "Content-Length: 0"));
                    Expect.that(http.read()).status(200).noField("Connection");
                }
            }
        });
    }

    private static void closes(CheckList list, String what, String request, int... statuses) {
        list.must("1.6", what + " with Connection: close, and closed", bed -> {
            try (RawHttp http = bed.connect()) {
                http.send(request);
                RawResponse response = request.startsWith("HEAD") ? http.readWithoutBody() : http.read();
                Expect.that(response).status(statuses).field("Connection", "close");
                http.ended();
            }
        });
    }
}
