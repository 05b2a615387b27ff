// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import static io.github.kubeoidc.gateway.conformance.checks.TestBed.EVERY_REQUEST_FETCHES;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** 1 and 1.7: connections that stay open, heads of any size, and slow requests. */
final class ConnectionChecks {

    private static final String JWKS = ApiServerStandIn.JWKS_PATH;
    private static final String GET = TestBed.request("GET", JWKS);

    /** Above what a busy machine may be late. */
    private static final Duration LATE = Duration.ofSeconds(30);

    private ConnectionChecks() {}

    static void checks(CheckList list) {
        keepAlive(list.in("1"));
        headSize(list.in("1.7"));
        slowRequests(list.in("1.7"));
    }

    private static void keepAlive(CheckList list) {
        list.must("one connection takes many requests", TestBed.connected(http -> {
            for (int i = 0; i < 100; i++) {
                Expect.that(http.ask(GET)).status(200).noField("Connection");
            }
        }));
        list.must("Connection: close is honoured", TestBed.connected(http -> {
            Expect.that(http.ask(TestBed.request("GET", JWKS, "Connection: close")))
                    .status(200)
                    .field("Connection", "close");
            http.ended();
        }));
        list.must("who closes its half after the request gets the answer", bed -> {
            // Several times, as the end may come before the request is read, or after.
            for (int i = 0; i < 20; i++) {
                try (RawHttp http = bed.connect()) {
                    http.send(GET);
                    http.endSending();
                    Expect.that(http.read()).status(200);
                    http.ended();
                }
            }
        });
        list.must("Connection: close is honoured with CONNECT", TestBed.connected(http -> {
            Expect.that(http.ask(TestBed.request("CONNECT", "other.example:443", "Connection: close")))
                    .status(400, 404, 405);
            http.ended();
        }));
        list.should(
                "empty lines before a request are skipped",
                bed -> Expect.that(bed.exchange("\r\n\r\n" + GET)).status(200));
    }

    private static void headSize(CheckList list) {
        list.must(
                "a head a little below 8 KiB is served",
                bed -> Expect.that(bed.get(JWKS, "X-Long: " + "a".repeat(7900))).status(200));
        list.must(
                "a query a little below 8 KiB is served",
                bed -> Expect.that(bed.get(JWKS + "?" + "a".repeat(7900))).status(200));
        list.must(
                "a head of exactly 100 fields is served",
                bed -> Expect.that(bed.get(
                                JWKS,
                                IntStream.range(1, 100)
                                        .mapToObj(i -> "X-Field-" + i + ": " + "a".repeat(30))
                                        .toArray(String[]::new)))
                        .status(200));
        list.must(
                "a target that fits, with fields that do not, is 431",
                bed -> Expect.that(bed.get("/" + "a".repeat(4500), "X-Long: " + "a".repeat(4500)))
                        .status(431)
                        .plain());
        list.must("a head without an end is refused, not kept", TestBed.connected(http -> {
            http.send("GET " + JWKS + " HTTP/1.1\r\nHost: x\r\nX-Long: ");
            byte[] more = "a".repeat(4096).getBytes(StandardCharsets.US_ASCII);
            int sent = 0;
            while (sent < 4096 && http.offer(more)) {
                sent++;
            }
            Expect.holds(sent < 4096, "16 MiB of a head were taken");
        }));
    }

    private static void slowRequests(CheckList list) {
        Map<String, String> slow = Map.of(
                "one byte and then nothing",
                "G",
                "a request line at a byte a second",
                "GET " + JWKS + "?" + "a".repeat(99),
                "an endless row of empty lines",
                "\r\n".repeat(99));
        slow.forEach((what, bytes) -> list.must(
                what + " ends in a close after 10 s", TestBed.connected(http -> closedAfterTenSeconds(http, bytes))));
        list.must("fields at a byte a second end in a close after 10 s", TestBed.connected(http -> {
            http.send("GET " + JWKS + " HTTP/1.1\r\nHost: x\r\nX-Slow: ");
            closedAfterTenSeconds(http, "a".repeat(99));
        }));
        list.must("a slow second request on a connection ends in a close after 10 s", TestBed.connected(http -> {
            Expect.that(http.ask(GET)).status(200);
            closedAfterTenSeconds(http, "GET " + JWKS + "?" + "a".repeat(99));
        }));
        list.must("300 clients that dribble hold no thread and delay nobody", Map.of(), bed -> {
            bed.prime();
            long threads = bed.gateway().threads();
            bed.withClients(300, clients -> {
                for (int round = 0; round < 3; round++) {
                    clients.forEach(client -> client.send("G"));
                    GreedyClientChecks.honestClientIsFast(bed, Duration.ofSeconds(1));
                }
                long more = bed.gateway().threads() - threads;
                Expect.holds(more < 30, "300 clients that dribble cost " + more + " threads");
            });
        });
        list.must("an idle connection is not taken for a slow one", EVERY_REQUEST_FETCHES, bed -> {
            List<String> requests = List.of(
                    GET,
                    TestBed.request("GET", JWKS, "If-None-Match: *"),
                    TestBed.request("GET", "/other"),
                    TestBed.request("POST", JWKS),
                    TestBed.request("GET", "/healthz"));
            bed.withClients(requests.size(), clients -> {
                for (int i = 0; i < clients.size(); i++) {
                    clients.get(i).ask(requests.get(i));
                }
                Expect.holds(!clients.get(0).closedWithin(Duration.ofSeconds(13)), "cut within 13 s after a document");
                for (int i = 1; i < clients.size(); i++) {
                    Expect.holds(
                            !clients.get(i).closedWithin(Duration.ofMillis(100)),
                            "cut within 13 s after the answer to " + RawHttp.abbreviate(requests.get(i)));
                }
            });
        });
        list.must("an idle connection ends after 75 s", bed -> idleFor(bed, 75));
        for (int seconds : new int[] {5, 17}) {
            list.must(
                    "an idle connection ends after IDLE_TIMEOUT_SECONDS=" + seconds,
                    Map.of("IDLE_TIMEOUT_SECONDS", Integer.toString(seconds)),
                    bed -> idleFor(bed, seconds));
        }
    }

    private static void idleFor(TestBed bed, int seconds) {
        bed.prime();
        long start = System.nanoTime();
        try (RawHttp silent = bed.connect();
                RawHttp used = bed.connect()) {
            Expect.that(used.ask(GET)).status(200);
            Duration most = Duration.ofSeconds(seconds).minus(Duration.ofMillis(1500));
            Expect.holds(!endedBefore(most, start, silent, most), "a silent connection ended before " + most);
            Expect.holds(
                    !endedBefore(most, start, used, Duration.ofMillis(100)), "a used connection ended before " + most);
            Expect.holds(silent.closedWithin(LATE), "a silent connection is open long after " + seconds + " s");
            Expect.holds(used.closedWithin(LATE), "a used connection is open long after " + seconds + " s");
        }
    }

    /** Whether it is seen to end while so little has passed since the start: where the machine stalls, the look takes longer. */
    private static boolean endedBefore(Duration most, long start, RawHttp http, Duration look) {
        return http.closedWithin(look) && System.nanoTime() - start < most.toNanos();
    }

    private static void closedAfterTenSeconds(RawHttp http, String bytes) {
        long start = System.nanoTime();
        boolean closed = false;
        for (int i = 0; i < 40 && !closed; i++) {
            if (i < bytes.length()) {
                http.send(bytes.substring(i, i + 1));
            }
            closed = http.closedWithin(Duration.ofSeconds(1));
        }
        double seconds = Concurrently.secondsSince(start);
        Expect.holds(closed, "sent an incomplete request; the connection is open after " + seconds + " s");
        Expect.holds(seconds > 8.5, "sent an incomplete request; the connection ended after " + seconds + " s");
    }

    /** A key set whose answers fill the buffers between two sockets soon. */
    static String largeKeySet(int size) {
        return "{\"keys\":[{\"kty\":\"oct-stand-in\",\"kid\":\"1\",\"note\":\"" + "a".repeat(size) + "\"}]}";
    }
}
