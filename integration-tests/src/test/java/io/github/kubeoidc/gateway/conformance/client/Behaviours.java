// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.AGAIN;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.HALF_CLOSES;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.HANGS_UP;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.HONEST;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.NEVER_READS;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.RESETS;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.STAYS;

import io.github.kubeoidc.gateway.standin.table.RequestTable;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/** The rows of the matrix. */
final class Behaviours {

    private static final String JWKS = "/openid/v1/jwks";
    private static final String HOST = "Host: gateway.example\r\n";
    private static final String HEAD = "GET " + JWKS + " HTTP/1.1\r\n" + HOST;
    private static final String GET = HEAD + "\r\n";
    private static final String POST = "POST " + JWKS + " HTTP/1.1\r\n" + HOST;

    private static final String MESSAGE_BOUND = "10 s for a request to come";
    private static final String CAP = "10,000 connections";
    private static final String MEMORY = "an eighth of the heap for requests in progress";
    private static final String HEAD_BYTES = "8 KiB for a head";
    private static final String STRICT = "strict parsing";
    private static final String CLOSES = "no body is used";

    private Behaviours() {}

    static List<Behaviour> all() {
        return Stream.of(slow(), many(), floods(), refused())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Behaviour> slow() {
        return List.of(
                Behaviour.of("1.7", "a head at a byte a second", 500, 14, MESSAGE_BOUND, HEAD + "X: " + "a".repeat(99))
                        .atBytesPerSecond(1),
                Behaviour.of("1.7", "a request that is never finished", 500, 14, MESSAGE_BOUND, HEAD + "X: a\r\n"),
                Behaviour.of(
                                "1.7",
                                "pipelines 300,000 requests and never reads",
                                200,
                                30,
                                "one answer, then 5 s or 2 MiB until the close",
                                GET.repeat(300_000))
                        .with(NEVER_READS));
    }

    private static List<Behaviour> many() {
        return List.of(
                Behaviour.of("1.7", "opens 10,000 connections and says nothing", 10_000, 8, CAP, "")
                        .with(STAYS),
                Behaviour.of("1.7", "opens 12,000 connections and says nothing", 12_000, 9, CAP, "")
                        .with(STAYS));
    }

    private static List<Behaviour> floods() {
        return List.of(
                Behaviour.of("1.7", "unfinished heads of 1,900 fields", 1000, 4, MEMORY, HEAD + "a:\r\n".repeat(1900))
                        .with(AGAIN),
                Behaviour.of(
                                "1",
                                "pipelines 1,000 requests and reads",
                                50,
                                10,
                                "one answer, then a close",
                                GET.repeat(999) + HEAD + "Connection: close\r\n\r\n")
                        .with(HONEST),
                Behaviour.of("1", "closes its half after the request", 200, 4, "none: it is answered", GET)
                        .with(HALF_CLOSES, HONEST, AGAIN),
                Behaviour.of(
                                "1",
                                "spaces, lower case and an absent host that say nothing else",
                                20,
                                2,
                                "none: it is answered",
                                closing("GET ", JWKS),
                                closing("GET", JWKS + " "),
                                get("http://" + JWKS),
                                closing("GET", JWKS).replace("HTTP/1.1", "http/1.1"))
                        .with(HONEST, AGAIN)
                        .openingPerSecond(500),
                Behaviour.of("1.7", "connects and closes", 50, 3, "none: nothing is kept", "")
                        .with(HANGS_UP, AGAIN),
                Behaviour.of("1.7", "connects and resets", 50, 3, "none: nothing is kept", "")
                        .with(HANGS_UP, RESETS, AGAIN));
    }

    private static List<Behaviour> refused() {
        return Stream.of(
                        tabled(
                                "1.7",
                                "a target beyond 8 KiB",
                                HEAD_BYTES,
                                "a target beyond 8 KiB",
                                get("/" + "a".repeat(8192)),
                                get(JWKS + "?" + "a".repeat(100_000))),
                        refused(
                                "1.7",
                                "a target that leaves the head no room",
                                HEAD_BYTES,
                                get("/" + "a".repeat(8191)),
                                get("/" + "a".repeat(8188)),
                                get("/" + "a".repeat(8170))),
                        tabled(
                                "1.7",
                                "fields beyond 8 KiB",
                                HEAD_BYTES,
                                "a field beyond 8 KiB|fields beyond .*",
                                HEAD + "a:\r\n".repeat(2100) + "\r\n"),
                        tabled(
                                "1.8",
                                "`Content-Length` beside `Transfer-Encoding`",
                                STRICT,
                                ".* Transfer-Encoding|Transfer-Encoding .*",
                                post("Content-Length: 5", "Transfer-Encoding: identity")),
                        tabled(
                                "1.8",
                                "lengths that differ, repeat or are no number",
                                STRICT,
                                "the length .*|an? \\w+ length|a length that .*|.* different .*[Ll]ength.*",
                                post("Content-Length: 3", "Content-Length: 3"),
                                post("Content-Length: 3, 3")),
                        tabled(
                                "1.8",
                                "codings that some take for chunked",
                                STRICT,
                                "the coding .*|chunked twice",
                                post("Transfer-Encoding:\u000bchunked"),
                                post("Transfer-Encoding : chunked"),
                                post("Transfer-Encoding\t: chunked"),
                                post("X: y\r\n Transfer-Encoding: chunked"),
                                post("X: y\rTransfer-Encoding: chunked")),
                        tabled(
                                "1.8",
                                "bare LF, bare CR and folded lines",
                                STRICT,
                                "a bare .*|nothing but bare LFs|a folded field, .*|white space before the first field",
                                HEAD + "A: b\rC: d\r\n\r\n"),
                        tabled(
                                "1.6",
                                "chunk extensions and chunks that are none",
                                CLOSES,
                                "a malformed chunk",
                                chunked("5;a=b\r\nhello\r\n0\r\n\r\n"),
                                chunked("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"),
                                chunked("-5\r\nhello\r\n"),
                                chunked("FFFFFFFFFFFFFFFF5\r\nhello"),
                                chunked("5\nhello\n0\n\n"),
                                chunked("7fffffff\r\n"),
                                chunked("0\r\nHost: x\r\n\r\n")),
                        refused(
                                "1.6",
                                "bodies without end",
                                CLOSES,
                                POST + "Content-Length: 1000000000\r\n\r\n" + "a".repeat(1_000_000),
                                chunked("f4240\r\n" + "a".repeat(1_000_000))),
                        tabled(
                                "1.3",
                                "authority-form and malformed targets",
                                STRICT,
                                "a target with.*",
                                get("gateway.example:443"),
                                get("openid/v1/jwks"),
                                get("http://u:p@x" + JWKS),
                                get("http://[::1" + JWKS),
                                get("//" + JWKS),
                                get("http://x:a" + JWKS),
                                get("\\openid"),
                                get("*")),
                        tabled(
                                "1.3",
                                "percent-encoding that is none, overlong UTF-8, bytes that a path has not",
                                STRICT,
                                "/.*[%#\\\\\u00e9].*|a broken escape",
                                get("/%"),
                                get("/%c0%af"),
                                get("/%2e%2e" + JWKS)),
                        tabled(
                                "1.4",
                                "NUL and control characters",
                                STRICT,
                                "NUL in .*|bytes that are no HTTP",
                                get("/\u0001"),
                                get(JWKS + "?\u007f"),
                                "G\0T / HTTP/1.1\r\n" + HOST + "\r\n",
                                HEAD + "A\0: b\r\n\r\n",
                                HEAD + "A: \u001b\r\n\r\n"),
                        tabled(
                                "1.8",
                                "`Host` missing, twice, or none",
                                STRICT,
                                ".* Host|two .* Host fields",
                                HEAD + "host: other\r\n\r\n",
                                host(""),
                                host("a, b"),
                                host("u@a"),
                                host("a:b"),
                                host("[::1"),
                                host("a/b")),
                        tabled(
                                "1.4",
                                "spaces and tabs in the request line",
                                STRICT,
                                "a tab for a space|a space after the version",
                                " GET " + JWKS + " HTTP/1.1\r\n" + HOST + "\r\n"),
                        tabled(
                                "1.4",
                                "versions from 0.9 to 9.9",
                                STRICT,
                                "HTTP/[0-9.]+|a made-up protocol|a request line without a version|an HTTP/2 preface"),
                        tabled(
                                "1",
                                "unknown methods",
                                "`GET` and `HEAD` alone are known",
                                "CONNECT|OPTIONS [*]",
                                closing("BREW", JWKS),
                                closing("get", JWKS),
                                closing("TRACE", JWKS),
                                closing("PRI", JWKS),
                                closing("M".repeat(500), JWKS),
                                closing("BREW", "/other")),
                        tabled(
                                "1.4",
                                "expectations that nobody meets",
                                STRICT,
                                "an unknown expectation",
                                HEAD + "Expect: 100-continue, miracle\r\n\r\n"))
                .toList();
    }

    private static Behaviour refused(String section, String what, String bound, String... scripts) {
        return Behaviour.of(section, what, 20, 2, bound, scripts).with(AGAIN).openingPerSecond(500);
    }

    /** The rows of the table with one of these names, and scripts: what comes behind a refused request is not answered. */
    private static Behaviour tabled(String section, String what, String bound, String names, String... scripts) {
        Stream<String> rows = Stream.of(names.split("\\|")).flatMap(Behaviours::refusedRows);
        return refused(
                section, what, bound, Stream.concat(rows, Stream.of(scripts)).toArray(String[]::new));
    }

    private static Stream<String> refusedRows(String name) {
        List<String> rows = Stream.of(RequestTable.requests(), RequestTable.targets())
                .flatMap(List::stream)
                .filter(row -> row.closes() && row.name().matches(name))
                .map(row -> row.request() + GET)
                .toList();
        if (rows.isEmpty()) {
            throw new NoSuchElementException(name);
        }
        return rows.stream();
    }

    private static String get(String target) {
        return closing("GET", target);
    }

    private static String closing(String method, String target) {
        return method + " " + target + " HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n";
    }

    private static String post(String... fields) {
        return POST + String.join("\r\n", fields) + "\r\n\r\n0\r\n\r\n" + GET;
    }

    private static String chunked(String body) {
        return POST + "Transfer-Encoding: chunked\r\n\r\n" + body + GET;
    }

    private static String host(String value) {
        return "GET " + JWKS + " HTTP/1.1\r\nHost: " + value + "\r\n\r\n";
    }
}
