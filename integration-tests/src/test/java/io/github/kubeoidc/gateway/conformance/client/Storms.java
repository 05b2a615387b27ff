// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.AGAIN;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.HALF_CLOSES;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.NEVER_READS;

import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.table.RequestRow;
import io.github.kubeoidc.gateway.standin.table.RequestTable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** The storms: each row of the client matrix alone, every odd request of the kit at once, and mixtures. */
final class Storms {

    private static final String NONE = "the heap";
    private static final String HEAD = "GET /openid/v1/jwks HTTP/1.1\r\nHost: gateway.example\r\n";
    private static final String GET = HEAD + "\r\n";
    private static final String SMALL_HEAD = HEAD + "X: a\r\n";
    private static final String LARGE_HEAD = HEAD + "X: " + "a".repeat(7900);
    private static final String HUNDRED_FIELDS = HEAD + "X-Field: some value\r\n".repeat(95);

    /** With its last line 881 bytes. */
    private static final String WAITING = HEAD + "X-Padding: " + "a".repeat(881 - HEAD.length() - 15) + "\r\n\r\n";

    private static final Map<String, String> PATIENT = Map.of("UPSTREAM_TIMEOUT_SECONDS", "120");

    private Storms() {}

    static List<Storm> all() {
        return Stream.of(mixtures(), fewFiles(), logs(), List.of(oddRequests()), matrix())
                .flatMap(List::stream)
                .toList();
    }

    /** The slowest first, as several are played at a time. */
    private static List<Storm> matrix() {
        return Behaviours.all().stream()
                .map(behaviour -> Storm.of(behaviour.what(), behaviour))
                .toList();
    }

    private static Storm oddRequests() {
        String[] scripts = Stream.concat(RequestTable.requests().stream(), RequestTable.targets().stream())
                .map(RequestRow::request)
                .toArray(String[]::new);
        return Storm.of(
                "every odd request of the kit",
                clients("odd requests", 300, 4, scripts).with(AGAIN),
                clients("odd requests, half closed", 100, 4, scripts).with(AGAIN, HALF_CLOSES),
                clients("odd requests, never read", 100, 4, scripts).with(NEVER_READS));
    }

    private static List<Storm> mixtures() {
        String large = "\"note\":\"" + "a".repeat(900_000) + "\"}";
        CountDownLatch jwks = new CountDownLatch(1);
        CountDownLatch stale = new CountDownLatch(1);
        return List.of(
                Storm.of(
                                "large documents: unfinished heads, small and large, and untaken answers",
                                clients("small heads", 1500, 14, SMALL_HEAD).with(AGAIN),
                                clients("large heads", 200, 14, LARGE_HEAD, HUNDRED_FIELDS)
                                        .with(AGAIN),
                                clients("untaken answers", 250, 14, GET).with(AGAIN, NEVER_READS))
                        .behind(
                                Map.of("CACHE_TTL_SECONDS", "1"),
                                upstream -> {
                                    upstream.jwks().serve("{\"keys\":[{\"kty\":\"RSA\"," + large + "]}");
                                    upstream.discovery()
                                            .serve(
                                                    "{\"issuer\":\"https://i.example\",\"jwks_uri\":\"https://i.example/j\","
                                                            + large);
                                },
                                upstream -> {}),
                Storm.of(
                                "nothing fetched and upstream hangs: awaited answers and unfinished heads",
                                clients("waiting", 2000, 8, WAITING),
                                clients("large heads", 150, 8, LARGE_HEAD).with(AGAIN),
                                clients("many fields", 150, 8, HUNDRED_FIELDS).with(AGAIN))
                        .behind(
                                PATIENT,
                                upstream -> upstream.jwks()
                                        .fail(Reply.status(200, upstream.jwks().json())
                                                .after(jwks)),
                                upstream -> jwks.countDown()),
                Storm.of(
                                "every request fetches and upstream hangs: awaited answers, untaken answers and resets",
                                clients("waiting", 800, 8, WAITING).with(AGAIN),
                                clients("untaken answers", 400, 8, GET.repeat(20))
                                        .with(AGAIN, NEVER_READS),
                                clients("resets", 100, 8, GET).with(AGAIN, Behaviour.Flag.RESETS))
                        .behind(
                                Map.of("UPSTREAM_TIMEOUT_SECONDS", "120", "CACHE_TTL_SECONDS", "0"),
                                upstream -> upstream.jwks()
                                        .fail(Reply.status(200, upstream.jwks().json())
                                                .after(stale)),
                                upstream -> stale.countDown()),
                Storm.of(
                        "OPTIONS *, bodies and dribblers",
                        clients(
                                        "OPTIONS *",
                                        300,
                                        8,
                                        request("OPTIONS", "*", "Connection: close\r\nX: " + "a".repeat(3000)))
                                .with(AGAIN),
                        clients("OPTIONS *, kept", 600, 8, request("OPTIONS", "*", "X: " + "a".repeat(3000))),
                        clients("CONNECT", 100, 8, request("CONNECT", "a.example:1", "X: " + "a".repeat(3000)))
                                .with(AGAIN),
                        clients(
                                        "bodies",
                                        100,
                                        8,
                                        request("POST", "/openid/v1/jwks", "Content-Length: 100000")
                                                + "a".repeat(100_000),
                                        request("POST", "/other", "Content-Length: 4000000") + "a".repeat(4_000_000),
                                        request("PUT", "/healthz", "Content-Length: 70000") + "a".repeat(100))
                                .with(AGAIN),
                        clients("dribblers", 400, 8, SMALL_HEAD + "Y: " + "a".repeat(99))
                                .atBytesPerSecond(1)));
    }

    private static List<Storm> fewFiles() {
        return List.of(Storm.of(
                        "64 files: a flood",
                        clients("idle", 300, 5, "").with(AGAIN),
                        clients("heads", 100, 5, SMALL_HEAD).with(AGAIN),
                        clients("requests", 100, 5, GET).with(AGAIN))
                .withFiles(64));
    }

    private static List<Storm> logs() {
        return List.of(Storm.of(
                        "nobody reads standard output: long paths and methods",
                        clients(
                                        "long lines",
                                        50,
                                        5,
                                        request("GET", "/" + "a".repeat(7900), "Connection: close"),
                                        request("M".repeat(7900), "/", "Connection: close"),
                                        request("GET", "/" + "%0a".repeat(2600), "Connection: close"))
                                .with(AGAIN))
                .withLogBlocked());
    }

    private static Behaviour clients(String what, int connections, int seconds, String... scripts) {
        return Behaviour.of("1.7", what, connections, seconds, NONE).sending(scripts);
    }

    private static String request(String method, String target, String field) {
        return method + " " + target + " HTTP/1.1\r\nHost: gateway.example\r\n" + field + "\r\n\r\n";
    }
}
