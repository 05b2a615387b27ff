// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** 1.8: what smugglers use, and lenient parsers forgive. */
final class RequestSmugglingChecks {

    private static final String JWKS = ApiServerStandIn.JWKS_PATH;
    private static final String GET = TestBed.request("GET", JWKS);

    private RequestSmugglingChecks() {}

    static List<Check> checks(CheckList list) {
        smuggled()
                .forEach((what, request) -> list.must("1.8", what + " is 400, and the connection closed", bed -> {
                    try (RawHttp http = bed.connect()) {
                        // What follows must not be taken for a second request.
                        http.send(request + TestBed.request("GET", "/healthz"));
                        Expect.that(http.read()).status(400).plain();
                        http.ended();
                    }
                }));
        forgiven()
                .forEach((what, request) -> list.should(
                        "1.8",
                        what + " is 400",
                        bed -> Expect.that(bed.exchange(request))
                                .status(400, 505)
                                .plain()));
        mayBeForgiven(list);
        return list.checks();
    }

    /** What nobody may forgive. */
    static Map<String, String> smuggled() {
        Map<String, String> crooked = new LinkedHashMap<>();
        crooked.put("a bare LF after the request line", "GET " + JWKS + " HTTP/1.1\nHost: x\r\n\r\n");
        crooked.put("a bare LF after a field", "GET " + JWKS + " HTTP/1.1\r\nHost: x\nA: b\r\n\r\n");
        crooked.put("a bare LF at the end of the head", "GET " + JWKS + " HTTP/1.1\r\nHost: x\r\n\n");
        crooked.put("nothing but bare LFs", "GET " + JWKS + " HTTP/1.1\nHost: x\n\n");
        crooked.put("a folded field, with a space", "GET " + JWKS + " HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n");
        crooked.put("a folded field, with a tab", "GET " + JWKS + " HTTP/1.1\r\nHost: x\r\nA: b\r\n\tc\r\n\r\n");
        crooked.put("white space before the first field", "GET " + JWKS + " HTTP/1.1\r\n Host: x\r\nHost: x\r\n\r\n");
        crooked.put(
                "Content-Length before Transfer-Encoding",
                TestBed.request("POST", JWKS, "Content-Length: 5", "Transfer-Encoding: chunked") + "0\r\n\r\n");
        crooked.put(
                "Transfer-Encoding before Content-Length",
                TestBed.request("GET", JWKS, "Transfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n");
        crooked.put("two different Host fields", "GET " + JWKS + " HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n");
        crooked.put("two equal Host fields", "GET " + JWKS + " HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n");
        crooked.put(
                "two different Content-Length fields",
                TestBed.request("POST", JWKS, "Content-Length: 3", "Content-Length: 4") + "abcd");
        crooked.put("a list of different lengths", TestBed.request("POST", JWKS, "Content-Length: 3, 4") + "abcd");
        crooked.put(
                "a length of 0 beside Transfer-Encoding",
                TestBed.request("POST", JWKS, "Content-Length: 0", "Transfer-Encoding: chunked") + "0\r\n\r\n");
        for (String length : List.of("+3", "0x3", "3 3", "3;", "\"3\"", "1e1", "18446744073709551619")) {
            crooked.put("the length " + length, TestBed.request("POST", JWKS, "Content-Length: " + length) + "abc");
        }
        crooked.put("an empty length", TestBed.request("POST", JWKS, "Content-Length:") + "abc");
        for (String coding : List.of("xchunked", "chunked, identity", "chunk", "\"chunked\"", "chunked;q=1")) {
            crooked.put(
                    "the coding " + coding,
                    TestBed.request("POST", JWKS, "Transfer-Encoding: " + coding) + "0\r\n\r\n");
        }
        return crooked;
    }

    /** What RFC 9112 lets a recipient forgive, or says nothing of. */
    static Map<String, String> forgiven() {
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("two spaces before the target", "GET  " + JWKS + " HTTP/1.1");
        lines.put("two spaces before the version", "GET " + JWKS + "  HTTP/1.1");
        lines.put("a tab for a space", "GET\t" + JWKS + " HTTP/1.1");
        lines.put("a space after the version", "GET " + JWKS + " HTTP/1.1 ");
        lines.put("a version in lower case", "GET " + JWKS + " http/1.1");
        lines.put("an absolute target without a host", "GET http://" + JWKS + " HTTP/1.1");
        lines.put("an absolute target without an authority", "GET http:" + JWKS + " HTTP/1.1");
        lines.replaceAll((what, line) -> line + "\r\nHost: x\r\n\r\n");
        return lines;
    }

    private static void mayBeForgiven(CheckList list) {
        list.should(
                "1.8",
                "a bare CR in a field is 400",
                bed -> Expect.that(bed.exchange("GET " + JWKS + " HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n"))
                        .status(400));
        list.should("1.8", "chunked in HTTP/1.0 ends the connection", bed -> {
            try (RawHttp http = bed.connect()) {
                http.send("POST " + JWKS + " HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + GET);
                Expect.that(http.read()).status(400, 405);
                http.ended();
            }
        });
    }
}
