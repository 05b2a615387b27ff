// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Section 7: how it stops, and what happens when it cannot start. */
final class LifeCycleChecks {

    private static final String GET = TestBed.request("GET", ApiServerStandIn.JWKS_PATH);

    /** Nobody waits for its end but those who look at it. */
    private static final Map<String, String> DELAY = Map.of("SHUTDOWN_DELAY_SECONDS", "60");

    /** How long a request that was sent is given to be in flight. */
    private static final Duration IN_FLIGHT = Duration.ofSeconds(2);

    private LifeCycleChecks() {}

    static void checks(CheckList list) {
        draining(list);
        stopping(list);
        portInUse(list);
    }

    private static void draining(CheckList list) {
        list.must("after SIGTERM /readyz turns 503, /healthz does not", DELAY, bed -> {
            Expect.that(bed.get("/readyz")).status(200);
            terminated(bed);
            Expect.that(bed.get("/readyz")).status(503).plain();
            Expect.that(bed.head("/readyz")).status(503);
            Expect.that(bed.get("/healthz")).status(200);
        });
        list.must("after SIGTERM every answer carries Connection: close and documents are served", DELAY, bed -> {
            bed.prime();
            try (RawHttp open = bed.connect()) {
                Expect.that(open.ask(GET)).status(200).noField("Connection");
                terminated(bed);
                Expect.that(bed.getJwks()).status(200).field("Connection", "close");
                Expect.that(bed.getDiscovery()).status(200).field("Connection", "close");
                Expect.that(bed.get(ApiServerStandIn.JWKS_PATH, "If-None-Match: *"))
                        .status(304)
                        .field("Connection", "close");
                Expect.that(bed.get("/healthz")).field("Connection", "close");
                Expect.that(bed.get("/readyz")).field("Connection", "close");
                Expect.that(bed.get("/other")).status(404).field("Connection", "close");
                Expect.that(open.ask(GET)).status(200).field("Connection", "close");
                open.ended();
            }
        });
        Map<String, String> delay = Map.of("SHUTDOWN_DELAY_SECONDS", "5");
        list.must("connections are accepted for SHUTDOWN_DELAY_SECONDS, then it exits with 0", delay, bed -> {
            bed.prime();
            long start = System.nanoTime();
            bed.gateway().terminate();
            Await.whileHolds(
                    Duration.ofMillis(3500),
                    "requests are answered during a delay of 5 s",
                    // Where the machine stalls, the delay may be over before this is asked.
                    () -> !refused(bed) && bed.getJwks().status() == 200 || Concurrently.secondsSince(start) > 4.9);
            bed.exits(Duration.ofSeconds(30));
            double seconds = Concurrently.secondsSince(start);
            Expect.holds(seconds > 4.9, "a delay of 5 s; it exited after " + seconds + " s");
            Expect.holds(refused(bed), "the port still accepts connections");
        });
    }

    private static void stopping(CheckList list) {
        list.must("without a delay it exits at once with 0, idle connections or not", Map.of(), bed -> {
            try (RawHttp idle = bed.connect();
                    RawHttp silent = bed.connect()) {
                Expect.that(idle.ask(GET)).status(200);
                bed.gateway().terminate();
                // Requests in flight would hold it up for 10 s.
                bed.exits(Duration.ofSeconds(9));
                Expect.holds(silent.closedWithin(Duration.ofSeconds(1)), "a silent connection survived the process");
            }
        });
        list.must(
                "a request in flight finishes",
                Map.of(),
                upstream -> upstream.jwks().hold(),
                bed -> {
                    try (Concurrently together = new Concurrently()) {
                        Future<RawResponse> answer = together.start(bed::getJwks);
                        // The fetch has been in flight since the start, so that nothing tells when the request is.
                        Await.whileHolds(IN_FLIGHT, "a request waits for a missing document", () -> !answer.isDone());
                        bed.gateway().terminate();
                        Await.until(Duration.ofSeconds(8), "connections to be refused", () -> refused(bed));
                        Expect.holds(!answer.isDone(), "the request in flight was cut or answered too early");
                        bed.jwks().release();
                        Expect.that(Concurrently.result(answer)).status(200).field("Connection", "close");
                        bed.exits(Duration.ofSeconds(9));
                    }
                });
        list.must(
                "a request that does not finish holds it up for 10 s at most",
                Map.of("UPSTREAM_TIMEOUT_SECONDS", "300"),
                upstream -> upstream.jwks().hold(),
                bed -> {
                    try (RawHttp http = bed.connect()) {
                        http.send(GET);
                        Await.whileHolds(IN_FLIGHT, "time for the request", () -> true);
                        bed.gateway().terminate();
                        bed.exits(Duration.ofSeconds(60));
                    }
                });
        list.must("SIGTERM in the moment after the start ends it with 0", () -> {
            for (int i = 0; i < 5; i++) {
                try (TestBed bed = TestBed.start(list.delivery(), Map.of(), upstream -> {})) {
                    bed.gateway().terminate();
                    bed.exits(Duration.ofSeconds(30));
                }
            }
        });
    }

    private static void portInUse(CheckList list) {
        list.must("a port in use is one clear line and status 1", () -> {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
                String port = Integer.toString(taken.getLocalPort());
                try (StartedGateway gateway = list.delivery().start(Map.of("LISTEN_PORT", port))) {
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
        bed.awaitStatus(Duration.ofSeconds(20), "/readyz", 503);
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
