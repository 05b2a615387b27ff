// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** 6.5: a log that cannot be written never fails or delays a request. */
final class LogOverloadChecks {

    private static final String GET = TestBed.request("GET", ApiServerStandIn.JWKS_PATH);
    private static final int MANY = 15_000;

    private LogOverloadChecks() {}

    static List<Check> checks(CheckList list) {
        list.must("6.5", "a blocked standard output delays nobody, and the lines lost are counted", Map.of(), bed -> {
            bed.prime();
            bed.gateway().withLogBlocked(() -> many(bed));
            Await.until(Duration.ofSeconds(40), "a line with the number of lines dropped", () -> {
                bed.getJwks();
                return bed.gateway().log().stream().anyMatch(line -> line.matches("(?i).*drop.*\\d.*|.*\\d.*drop.*"));
            });
        });
        list.must("6.5", "a blocked standard output does not hold up a stop", Map.of(), bed -> {
            bed.prime();
            bed.gateway().withLogBlocked(() -> {
                many(bed);
                bed.gateway().terminate();
                Expect.equal("the exit status", 0, bed.gateway().awaitExit(Duration.ofSeconds(8)));
            });
        });
        list.must("6.5", "a closed standard output fails no request", Map.of(), bed -> {
            bed.prime();
            bed.gateway().closeLog();
            for (int i = 0; i < 200; i++) {
                Expect.that(bed.getJwks()).status(200);
            }
        });
        list.must("6.5", "at a normal stop all that is queued is written", Map.of(), bed -> {
            bed.prime();
            try (RawHttp http = bed.connect()) {
                for (int i = 0; i < 500; i++) {
                    http.send(GET);
                    Expect.that(http.read()).status(200);
                }
            }
            bed.gateway().terminate();
            Expect.equal("the exit status", 0, bed.gateway().awaitExit(Duration.ofSeconds(30)));
            List<String> lines = bed.gateway().log().stream()
                    .filter(line -> line.contains("path=" + ApiServerStandIn.JWKS_PATH + " status="))
                    .toList();
            Expect.equal("the number of lines for 501 requests", 501, lines.size());
        });
        list.should("6.1", "many requests in a row lose no line while the log is read", Map.of(), bed -> {
            bed.prime();
            try (RawHttp http = bed.connect()) {
                IntStream.range(0, 2000).forEach(i -> {
                    http.send(GET);
                    Expect.that(http.read()).status(200);
                });
            }
            Await.until(
                    Duration.ofSeconds(40),
                    "2002 lines",
                    () -> bed.gateway().log().stream()
                                    .filter(line -> line.contains(" status=200 "))
                                    .count()
                            == 2002);
        });
        return list.checks();
    }

    private static void many(TestBed bed) {
        try (RawHttp http = bed.connect()) {
            for (int i = 0; i < MANY; i++) {
                Duration time = Concurrently.time(() -> {
                    http.send(GET);
                    Expect.that(http.read()).status(200);
                });
                Expect.holds(
                        time.toMillis() < 5000,
                        "a request took " + time.toMillis() + " ms while standard output is blocked");
            }
        }
    }
}
