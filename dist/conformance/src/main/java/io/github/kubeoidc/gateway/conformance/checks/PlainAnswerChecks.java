// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

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

    /** What the parser refuses, with the status that it has to have; several where the rules leave a choice. */
    private static Map<String, Refusal> refusals() {
        Map<String, Refusal> all = new LinkedHashMap<>();
        all.put("a request line without a version", new Refusal("GET " + JWKS + "\r\n\r\n", 400, 505));
        for (String version : List.of("0.9", "1.2", "1.9", "2.0", "3.0", "9.9")) {
            all.put("HTTP/" + version, new Refusal(line("GET " + JWKS + " HTTP/" + version) + "Host: x\r\n\r\n", 505));
        }
        all.put("HTTP/1.10", new Refusal(line("GET " + JWKS + " HTTP/1.10") + "Host: x\r\n\r\n", 400, 505));
        all.put("a made-up protocol", new Refusal(line("GET " + JWKS + " FTP/1.1") + "Host: x\r\n\r\n", 400, 505));
        all.put("HTTP/1.1 without Host", new Refusal(line("GET " + JWKS + " HTTP/1.1") + "\r\n", 400));
        all.put("a malformed Host", new Refusal(line("GET " + JWKS + " HTTP/1.1") + "Host: a b\r\n\r\n", 400));
        all.put("a field line without a colon", new Refusal(TestBed.request("GET", JWKS, "foo"), 400));
        all.put("a field name with a space", new Refusal(TestBed.request("GET", JWKS, "A b: c"), 400));
        all.put("white space before the colon", new Refusal(TestBed.request("GET", JWKS, "Ab : c"), 400));
        all.put("NUL in a field value", new Refusal(TestBed.request("GET", JWKS, "A: b\0c"), 400));
        all.put("a target without a slash", new Refusal(TestBed.request("GET", "openid"), 400, 404));
        all.put("a target beyond 8 KiB", new Refusal(TestBed.request("GET", "/" + "a".repeat(9000)), 414));
        all.put("a query beyond 8 KiB", new Refusal(TestBed.request("GET", JWKS + "?" + "a".repeat(20_000)), 414));
        all.put("a field beyond 8 KiB", new Refusal(TestBed.request("GET", JWKS, "X-Long: " + "a".repeat(9000)), 431));
        all.put("a method beyond 8 KiB", new Refusal(TestBed.request("M".repeat(9000), JWKS), 400, 405, 414, 431));
        all.put("fields beyond 8 KiB in all", new Refusal(TestBed.request("GET", JWKS, fields(90, 100)), 431));
        all.put("101 fields", new Refusal(TestBed.request("GET", JWKS, fields(100, 1)), 431));
        all.put("1,000 fields", new Refusal(TestBed.request("GET", JWKS, fields(999, 1)), 431));
        return all;
    }

    /** A request that the parser refuses, and the statuses that it may refuse it with. */
    private record Refusal(String request, int... statuses) {}

    private static String line(String requestLine) {
        return requestLine + "\r\n";
    }

    /** The requests that the parser refuses, by what is wrong with them. */
    static Map<String, String> refusedRequests() {
        Map<String, String> requests = new LinkedHashMap<>();
        refusals().forEach((what, refusal) -> requests.put(what, refusal.request()));
        requests.put("an unknown expectation", TestBed.request("GET", JWKS, "Expect: miracle"));
        requests.put("OPTIONS *", TestBed.request("OPTIONS", "*"));
        requests.put("CONNECT", TestBed.request("CONNECT", "other.example:443"));
        requests.put("an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        return requests;
    }

    private static void parserAnswers(CheckList list) {
        refusals().forEach((what, refusal) -> {
            list.must(
                    "1.4",
                    what + " is refused in plain words",
                    bed -> Expect.that(bed.exchange(refusal.request()))
                            .status(refusal.statuses())
                            .plain());
            if (refusal.request().startsWith("GET ") && refusal.request().contains("HTTP/")) {
                list.must("1.4", "HEAD with " + what + " is refused without a body", bed -> {
                    try (RawHttp http = bed.connect()) {
                        http.send("HEAD" + refusal.request().substring(3));
                        RawResponse response = http.readWithoutBody();
                        Expect.that(response).status(refusal.statuses());
                        if (response.status() != 404) {
                            http.ended();
                        }
                    }
                });
            }
        });
        list.should(
                "1.4",
                "an unknown expectation is refused in plain words",
                bed -> Expect.that(bed.get(JWKS, "Expect: miracle")).status(417).plain());
        list.must(
                "1.4",
                "OPTIONS * is refused without a product name",
                bed -> noProduct(bed.exchange(TestBed.request("OPTIONS", "*")), 404, 400, 405));
        list.must(
                "1.4",
                "CONNECT is refused without a product name",
                bed -> noProduct(bed.exchange(TestBed.request("CONNECT", "other.example:443")), 404, 400, 405));
        list.must("1.4", "an HTTP/2 preface is refused", bed -> {
            try (RawHttp http = bed.connect()) {
                http.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
                noProduct(http.read(), 400, 404, 505);
            }
        });
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

    private static void noProduct(RawResponse response, int... statuses) {
        Expect.that(response)
                .status(statuses)
                .noField("Server")
                .demand(!response.text().contains("<"), "expected no HTML");
    }

    /** What may be answered or refused, but never with a server's error. */
    static Map<String, String> oddities() {
        Map<String, String> oddities = new LinkedHashMap<>();
        oddities.put("an unknown transfer coding", TestBed.request("POST", JWKS, "Transfer-Encoding: foo"));
        oddities.put(
                "a coding before chunked",
                TestBed.request("POST", JWKS, "Transfer-Encoding: gzip, chunked") + "0\r\n\r\n");
        oddities.put("chunked twice", TestBed.request("POST", JWKS, "Transfer-Encoding: chunked, chunked"));
        oddities.put("a malformed chunk", TestBed.request("POST", JWKS, "Transfer-Encoding: chunked") + "zz\r\n\r\n");
        oddities.put("a negative length", TestBed.request("POST", JWKS, "Content-Length: -1"));
        oddities.put("a huge length", TestBed.request("POST", JWKS, "Content-Length: 99999999999999999999"));
        oddities.put("a length that is no number", TestBed.request("POST", JWKS, "Content-Length: abc"));
        oddities.put("an odd Connection", TestBed.request("GET", JWKS, "Connection: ,,x, \"y\""));
        oddities.put("an odd Cookie", TestBed.request("GET", JWKS, "Cookie: =;;$Version=9;\"", "Cookie: a=\u0001"));
        oddities.put(
                "an Upgrade with a body", TestBed.request("POST", JWKS, "Upgrade: h2c", "Content-Length: 3") + "abc");
        oddities.put("a long method", TestBed.request("M".repeat(500), JWKS));
        oddities.put("an odd method", TestBed.request("G@T", JWKS));
        oddities.put("an odd Content-Type", TestBed.request("POST", JWKS, "Content-Type: ;;charset=nonsense"));
        oddities.put(
                "an odd Accept-Language", TestBed.request("GET", "/other", "Accept-Language: ;;;q=z", "Accept: *;;q"));
        oddities.put("an odd port", "GET " + JWKS + " HTTP/1.1\r\nHost: x:99999999\r\n\r\n");
        oddities.put("bytes that are no HTTP", "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n");
        oddities.put("a broken escape", TestBed.request("GET", "/%c0%af%zz"));
        return oddities;
    }

    private static void neverServerError(CheckList list) {
        oddities()
                .forEach((what, request) -> list.must("1.4", what + " causes no server error", bed -> {
                    RawResponse response = bed.exchange(request);
                    Expect.that(response)
                            .demand(
                                    response.status() < 500 || response.status() == 505,
                                    "expected no 5xx other than 505")
                            .noField("Server")
                            .demand(!response.text().contains("<"), "expected no HTML");
                }));
        list.must("6.2", "what the parser refuses leaves none of its words in the log", bed -> {
            bed.exchange("GET " + JWKS + " HTTP/1.1\r\nHost: WARN forged-by-client\r\n\r\n");
            bed.exchange("GET " + JWKS + " HTTP/1.1\r\nHost: forged-by-client\r\nHost: x\r\n\r\n");
            bed.exchange("GET http://forged-by-client:x/ HTTP/1.1\r\nHost: x\r\n\r\n");
            bed.exchange("GET /forged-by-client HTTP/1.1\r\nHost: a b\r\n\r\n");
            bed.get("/after-the-forgery");
            Await.until(
                    Duration.ofSeconds(5),
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

    private static String[] fields(int number, int length) {
        return IntStream.range(0, number)
                .mapToObj(i -> "F" + i + ": " + "a".repeat(length))
                .toArray(String[]::new);
    }
}
