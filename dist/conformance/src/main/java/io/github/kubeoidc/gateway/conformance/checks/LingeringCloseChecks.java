// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * 1.6: an answer in front of a close arrives, however much its client still sends; RFC 9112, section 9.6. And 1.7: what
 * becomes of requests that are sent in one go.
 */
final class LingeringCloseChecks {

    private static final String JWKS = ApiServerStandIn.JWKS_PATH;
    private static final String GET = TestBed.request("GET", JWKS);

    /** A reset overtakes an answer now and then only. */
    private static final int TIMES = 8;

    /** Above 5 s, and the lateness of a busy machine. */
    private static final Duration LINGERED = Duration.ofSeconds(30);

    private static final int MEBIBYTE = 1 << 20;
    private static final byte[] MORE = "a".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);

    private LingeringCloseChecks() {}

    static void checks(CheckList list) {
        answered(list.in("1.6"));
        bounded(list.in("1.6"));
        pipelined(list.in("1.7"));
    }

    private static void answered(CheckList list) {
        for (int size : new int[] {4_000, 100_000, 400_000, MEBIBYTE}) {
            String length = "Content-Length: " + size;
            Map<String, String> heads = Map.of(
                    "POST on a document",
                    TestBed.request("POST", JWKS, length),
                    "GET on a document",
                    TestBed.request("GET", JWKS, length),
                    "PUT on a health path",
                    TestBed.request("PUT", "/healthz", length),
                    "POST on another path",
                    TestBed.request("POST", "/other", length),
                    "POST in one chunk",
                    TestBed.request("POST", JWKS, "Transfer-Encoding: chunked") + Integer.toHexString(size) + "\r\n",
                    "a request without Host",
                    "POST " + JWKS + " HTTP/1.1\r\n" + length + "\r\n\r\n",
                    "a request of HTTP/2.0",
                    "POST " + JWKS + " HTTP/2.0\r\n" + length + "\r\n\r\n",
                    "a head without an end",
                    "GET " + JWKS + " HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(9000),
                    "bytes that are no HTTP",
                    "\0\1\2\r\n\r\n");
            heads.forEach((what, head) ->
                    list.must("a close lingers: " + what + " with " + size + " bytes behind it", bed -> {
                        for (int i = 0; i < TIMES; i++) {
                            try (RawHttp http = bed.connect()) {
                                byte[] all = (head + "a".repeat(size)).getBytes(StandardCharsets.ISO_8859_1);
                                Expect.holds(
                                        http.send(all),
                                        what + ": the connection broke while " + size + " bytes were sent");
                                Expect.that(http.read()).status(200, 400, 404, 405, 431, 505);
                                http.ended();
                            }
                        }
                    }));
        }
        list.must("a close lingers: the answer's end is told while the client still sends", TestBed.connected(http -> {
            Expect.that(http.ask(TestBed.request("POST", JWKS, "Content-Length: 2000000")))
                    .status(405)
                    .field("Connection", "close");
            http.ended();
            for (int i = 0; i < 8; i++) {
                Expect.holds(http.offer(MORE), "the connection broke after " + i * MORE.length + " bytes of a body");
                // A reset needs a moment to arrive; until then the kernel takes all of it.
                Await.pace(Duration.ofMillis(50));
            }
        }));
    }

    private static void bounded(CheckList list) {
        list.must("a close lingers: not for a body without an end", TestBed.connected(http -> {
            http.send(TestBed.request("POST", JWKS, "Content-Length: 1000000000"));
            Await.until(LINGERED, "64 KiB after 64 KiB of a body to be refused", () -> !http.offer(MORE));
        }));
        list.must("a close lingers: not for a client that sends a byte now and then", TestBed.connected(http -> {
            http.send(TestBed.request("POST", JWKS, "Content-Length: 1000"));
            Await.until(LINGERED, "one byte after another of a body to be refused", () -> {
                Await.pace(Duration.ofMillis(200));
                return !http.offer(new byte[] {'a'});
            });
        }));
    }

    private static void pipelined(CheckList list) {
        String other = TestBed.request("GET", "/other");
        Map<String, int[]> rows = Map.of(
                GET + TestBed.request("GET", "/healthz") + other + GET,
                new int[] {200, 200, 404, 200},
                other + GET.repeat(200),
                IntStream.rangeClosed(0, 200).map(i -> i == 0 ? 404 : 200).toArray());
        rows.forEach((requests, statuses) -> list.must(
                "of " + statuses.length
                        + " requests sent at once answers come in order, and the one that closes is the last",
                bed -> {
                    String jwks = bed.getJwks().text();
                    try (RawHttp http = bed.connect()) {
                        // How many of them the gateway reads at once is the kernel's choice.
                        http.send(requests);
                        @Nullable RawResponse response = null;
                        for (int i = 0; i < statuses.length; i++) {
                            response = http.read();
                            Expect.that(response).status(statuses[i]);
                            if (statuses[i] == 200 && !response.text().equals("OK\n")) {
                                Expect.that(response).body(jwks);
                            }
                            if ("close".equals(response.field("Connection"))) {
                                http.ended();
                                return;
                            }
                        }
                    }
                }));
        list.must("a second request in the same write as the first is discarded with a close", bed -> {
            // Two such small requests are one packet, so that they are read at once, as good as always.
            Await.until(Duration.ofSeconds(20), "an answer with Connection: close to one of two requests", () -> {
                try (RawHttp http = bed.connect()) {
                    http.send(GET + GET);
                    return "close".equals(http.read().field("Connection"));
                }
            });
        });
    }
}
