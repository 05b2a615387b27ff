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
    private static final String TAKEN = "one answer, then 5 s or 2 MiB until the close";
    private static final String ANSWERED = "none: it is answered";
    private static final String NOT_KEPT = "none: nothing is kept";

    private Behaviours() {}

    static List<Behaviour> all() {
        return Stream.of(slow(), many(), floods(), refused())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Behaviour> slow() {
        return List.of(
                Behaviour.of("1.7", "a head at a byte a second", 500, 14, MESSAGE_BOUND)
                        .sending(HEAD + "X: " + "a".repeat(99))
                        .atBytesPerSecond(1),
                Behaviour.of("1.7", "a request that is never finished", 500, 14, MESSAGE_BOUND)
                        .sending(HEAD + "X: a\r\n"),
                Behaviour.of("1.7", "pipelines 300,000 requests and never reads", 200, 30, TAKEN)
                        .sending(GET.repeat(300_000))
                        .with(NEVER_READS));
    }

    private static List<Behaviour> many() {
        return List.of(
                Behaviour.of("1.7", "opens 10,000 connections and says nothing", 10_000, 8, CAP)
                        .with(STAYS),
                Behaviour.of("1.7", "opens 12,000 connections and says nothing", 12_000, 9, CAP)
                        .with(STAYS));
    }

    private static List<Behaviour> floods() {
        String last = HEAD + "Connection: close\r\n\r\n";
        return List.of(
                Behaviour.of("1.7", "unfinished heads of 1,900 fields", 1000, 4, MEMORY)
                        .sending(HEAD + "a:\r\n".repeat(1900))
                        .with(AGAIN),
                Behaviour.of("1", "pipelines 1,000 requests and reads", 50, 10, "one answer, then a close")
                        .sending(GET.repeat(999) + last)
                        .with(HONEST),
                Behaviour.of("1", "closes its half after the request", 200, 4, ANSWERED)
                        .sending(GET)
                        .with(HALF_CLOSES, HONEST, AGAIN),
                Behaviour.of("1", "spaces, lower case and an absent host that say nothing else", 20, 2, ANSWERED)
                        .sending(closing("GET ", JWKS), closing("GET", JWKS + " "), get("http://" + JWKS))
                        .sending(closing("GET", JWKS).replace("HTTP/1.1", "http/1.1"))
                        .with(HONEST, AGAIN)
                        .openingPerSecond(500),
                Behaviour.of("1.7", "connects and closes", 50, 3, NOT_KEPT).with(HANGS_UP, AGAIN),
                Behaviour.of("1.7", "connects and resets", 50, 3, NOT_KEPT).with(HANGS_UP, RESETS, AGAIN));
    }

    private static List<Behaviour> refused() {
        return List.of(
                refused("1.7", "a target beyond 8 KiB", HEAD_BYTES)
                        .sending(tabled("a target beyond 8 KiB"))
                        .sending(get("/" + "a".repeat(8192)), get(JWKS + "?" + "a".repeat(100_000))),
                refused("1.7", "a target that leaves the head no room", HEAD_BYTES)
                        .sending(get("/" + "a".repeat(8191)), get("/" + "a".repeat(8188)), get("/" + "a".repeat(8170))),
                refused("1.7", "fields beyond 8 KiB", HEAD_BYTES)
                        .sending(tabled("a field beyond 8 KiB|fields beyond .*"))
                        .sending(HEAD + "a:\r\n".repeat(2100) + "\r\n"),
                refused("1.8", "`Content-Length` beside `Transfer-Encoding`", STRICT)
                        .sending(tabled(".* Transfer-Encoding|Transfer-Encoding .*"))
                        .sending(post("Content-Length: 5", "Transfer-Encoding: identity")),
                refused("1.8", "lengths that differ, repeat or are no number", STRICT)
                        .sending(tabled("the length .*|an? \\w+ length|a length that .*|.* different .*[Ll]ength.*"))
                        .sending(post("Content-Length: 3", "Content-Length: 3"), post("Content-Length: 3, 3")),
                refused("1.8", "codings that some take for chunked", STRICT)
                        .sending(tabled("the coding .*|chunked twice"))
                        .sending(post("Transfer-Encoding:\u000bchunked"), post("Transfer-Encoding : chunked"))
                        .sending(post("Transfer-Encoding\t: chunked"), post("X: y\r\n Transfer-Encoding: chunked"))
                        .sending(post("X: y\rTransfer-Encoding: chunked")),
                refused("1.8", "bare LF, bare CR and folded lines", STRICT)
                        .sending(tabled("a bare .*|nothing but bare LFs|a folded field, .*"))
                        .sending(tabled("white space before the first field"))
                        .sending(HEAD + "A: b\rC: d\r\n\r\n"),
                refused("1.6", "chunk extensions and chunks that are none", CLOSES)
                        .sending(tabled("a malformed chunk"))
                        .sending(chunked("5;a=b\r\nhello\r\n0\r\n\r\n"), chunked("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"))
                        .sending(chunked("-5\r\nhello\r\n"), chunked("FFFFFFFFFFFFFFFF5\r\nhello"))
                        .sending(chunked("5\nhello\n0\n\n"), chunked("7fffffff\r\n"))
                        .sending(chunked("0\r\nHost: x\r\n\r\n")),
                refused("1.6", "bodies without end", CLOSES)
                        .sending(POST + "Content-Length: 1000000000\r\n\r\n" + "a".repeat(1_000_000))
                        .sending(chunked("f4240\r\n" + "a".repeat(1_000_000))),
                refused("1.3", "authority-form and malformed targets", STRICT)
                        .sending(tabled("a target with.*"))
                        .sending(get("gateway.example:443"), get("openid/v1/jwks"), get("http://u:p@x" + JWKS))
                        .sending(get("http://[::1" + JWKS), get("//" + JWKS), get("http://x:a" + JWKS))
                        .sending(get("\\openid"), get("*")),
                refused("1.3", "percent-encoding that is none, overlong UTF-8, bytes that a path has not", STRICT)
                        .sending(tabled("/.*[%#\\\\\u00e9].*|a broken escape"))
                        .sending(get("/%"), get("/%c0%af"), get("/%2e%2e" + JWKS)),
                refused("1.4", "NUL and control characters", STRICT)
                        .sending(tabled("NUL in .*|bytes that are no HTTP"))
                        .sending(get("/\u0001"), get(JWKS + "?\u007f"), "G\0T / HTTP/1.1\r\n" + HOST + "\r\n")
                        .sending(HEAD + "A\0: b\r\n\r\n", HEAD + "A: \u001b\r\n\r\n"),
                refused("1.8", "`Host` missing, twice, or none", STRICT)
                        .sending(tabled(".* Host|two .* Host fields"))
                        .sending(HEAD + "host: other\r\n\r\n")
                        .sending(host(""), host("a, b"), host("u@a"), host("a:b"), host("[::1"), host("a/b")),
                refused("1.4", "spaces and tabs in the request line", STRICT)
                        .sending(tabled("a tab for a space|a space after the version"))
                        .sending(" GET " + JWKS + " HTTP/1.1\r\n" + HOST + "\r\n"),
                refused("1.4", "versions from 0.9 to 9.9", STRICT)
                        .sending(tabled("HTTP/[0-9.]+|a made-up protocol"))
                        .sending(tabled("a request line without a version|an HTTP/2 preface")),
                refused("1", "unknown methods", "`GET` and `HEAD` alone are known")
                        .sending(tabled("CONNECT|OPTIONS [*]"))
                        .sending(closing("BREW", JWKS), closing("get", JWKS), closing("TRACE", JWKS))
                        .sending(closing("PRI", JWKS), closing("M".repeat(500), JWKS), closing("BREW", "/other")),
                refused("1.4", "expectations that nobody meets", STRICT)
                        .sending(tabled("an unknown expectation"))
                        .sending(HEAD + "Expect: 100-continue, miracle\r\n\r\n"));
    }

    private static Behaviour refused(String section, String what, String bound) {
        return Behaviour.of(section, what, 20, 2, bound).with(AGAIN).openingPerSecond(500);
    }

    /** The rows of the table with one of these names: what comes behind a refused request is not answered. */
    private static String[] tabled(String names) {
        return Stream.of(names.split("\\|")).flatMap(Behaviours::refusedRows).toArray(String[]::new);
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
