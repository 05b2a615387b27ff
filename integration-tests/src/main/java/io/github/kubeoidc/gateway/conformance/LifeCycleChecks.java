// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Section 7: how it stops, and what happens when it cannot start. */
final class LifeCycleChecks {

    private static final Map<String, String> DELAY = Map.of("SHUTDOWN_DELAY_SECONDS", "3");

    private LifeCycleChecks() {}

    static List<Check> checks(CheckList list) {
        draining(list);
        stopping(list);
        portInUse(list);
        return list.checks();
    }

    private static void draining(CheckList list) {
        list.must("7", "after SIGTERM /readyz turns 503, /healthz does not", DELAY, bed -> {
            Expect.that(bed.get("/readyz")).status(200);
            terminated(bed);
            Expect.that(bed.get("/readyz")).status(503).plain();
            Expect.that(bed.head("/readyz")).status(503);
            Expect.that(bed.get("/healthz")).status(200);
        });
        list.must("7", "after SIGTERM every answer carries Connection: close and documents are served", DELAY, bed -> {
            bed.primeJwks();
            try (RawHttp open = bed.connect()) {
                open.send(TestBed.request("GET", ApiServerStandIn.JWKS_PATH));
                Expect.that(open.read()).status(200).noField("Connection");
                terminated(bed);
                Expect.that(bed.getJwks()).status(200).field("Connection", "close");
                Expect.that(bed.getDiscovery()).status(200).field("Connection", "close");
                Expect.that(bed.get(ApiServerStandIn.JWKS_PATH, "If-None-Match: *"))
                        .status(304)
                        .field("Connection", "close");
                Expect.that(bed.get("/healthz")).field("Connection", "close");
                Expect.that(bed.get("/readyz")).field("Connection", "close");
                Expect.that(bed.get("/other")).status(404).field("Connection", "close");
                open.send(TestBed.request("GET", ApiServerStandIn.JWKS_PATH));
                Expect.that(open.read()).status(200).field("Connection", "close");
                Expect.holds(open.closedWithin(Duration.ofSeconds(2)), "an open connection stays open after that");
            }
        });
        list.must("7", "connections are accepted for SHUTDOWN_DELAY_SECONDS, then it exits with 0", DELAY, bed -> {
            bed.primeJwks();
            long start = System.nanoTime();
            bed.gateway().terminate();
            Await.whileHolds(
                    Duration.ofMillis(2700),
                    "requests are answered during a delay of 3 s",
                    () -> !refused(bed) && bed.getJwks().status() == 200);
            Expect.equal("the exit status", 0, bed.gateway().awaitExit(Duration.ofSeconds(10)));
            double seconds = (System.nanoTime() - start) / 1e9;
            Expect.holds(seconds > 2.9 && seconds < 6, "a delay of 3 s; it exited after " + seconds + " s");
            Expect.holds(refused(bed), "the port still accepts connections");
        });
    }

    private static void stopping(CheckList list) {
        list.must("7", "without a delay it exits at once with 0, idle connections or not", Map.of(), bed -> {
            try (RawHttp idle = bed.connect();
                    RawHttp silent = bed.connect()) {
                idle.send(TestBed.request("GET", ApiServerStandIn.JWKS_PATH));
                Expect.that(idle.read()).status(200);
                bed.gateway().terminate();
                Expect.equal("the exit status", 0, bed.gateway().awaitExit(Duration.ofSeconds(5)));
                Expect.holds(silent.closedWithin(Duration.ofSeconds(1)), "a silent connection survived the process");
            }
        });
        list.must("7", "a request in flight finishes", Map.of(), bed -> {
            CountDownLatch release = new CountDownLatch(1);
            bed.upstream()
                    .jwks()
                    .fail(Reply.status(200, bed.upstream().jwks().json()).after(release));
            try (Together together = new Together()) {
                Future<RawResponse> answer = together.start(bed::getJwks);
                Await.until(
                        Duration.ofSeconds(5),
                        "a fetch",
                        () -> bed.upstream().jwks().fetches() > 0);
                bed.gateway().terminate();
                Await.until(Duration.ofSeconds(5), "connections to be refused", () -> refused(bed));
                Expect.holds(!answer.isDone(), "the request in flight was cut or answered too early");
                release.countDown();
                Expect.that(Together.result(answer)).status(200).field("Connection", "close");
                Expect.equal("the exit status", 0, bed.gateway().awaitExit(Duration.ofSeconds(5)));
            }
        });
        list.must(
                "7",
                "a request that does not finish holds it up for 10 s at most",
                Map.of("UPSTREAM_TIMEOUT_SECONDS", "300"),
                bed -> {
                    bed.upstream().jwks().fail(Reply.hang());
                    try (RawHttp http = bed.connect()) {
                        http.send(TestBed.request("GET", ApiServerStandIn.JWKS_PATH));
                        Await.until(
                                Duration.ofSeconds(5),
                                "a fetch",
                                () -> bed.upstream().jwks().fetches() > 0);
                        bed.gateway().terminate();
                        Expect.equal("the exit status", 0, bed.gateway().awaitExit(Duration.ofSeconds(14)));
                    }
                });
    }

    private static void portInUse(CheckList list) {
        list.add("7", Check.Severity.MUST, "a port in use is one clear line and status 1", () -> {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                String port = Integer.toString(taken.getLocalPort());
                try (Gateway gateway = list.delivery().start(Map.of("LISTEN_PORT", port))) {
                    throw new AssertionError("port " + port + " is taken; it listens on " + gateway.baseUri());
                } catch (GatewayDidNotStart e) {
                    Expect.equal("the exit status", OptionalInt.of(1), e.exitStatus());
                    List<String> lines = Stream.concat(
                                    e.output().stream().filter(line -> line.contains("ERROR")),
                                    e.errors().lines())
                            .toList();
                    Expect.holds(lines.size() == 1, "there is not one line but " + lines);
                    Expect.holds(lines.get(0).contains(port), "the port is not named in: " + lines);
                    Expect.holds(!e.getMessage().contains("\tat "), "there is a stack trace: " + e.getMessage());
                }
            }
        });
    }

    private static void terminated(TestBed bed) {
        bed.gateway().terminate();
        Await.until(
                Duration.ofSeconds(2),
                "/readyz to be 503 after SIGTERM",
                () -> bed.get("/readyz").status() == 503);
    }

    private static boolean refused(TestBed bed) {
        try {
            bed.connect().close();
            return false;
        } catch (UncheckedIOException e) {
            return true;
        }
    }
}
