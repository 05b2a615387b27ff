// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** 6.5: a log that cannot be written never fails or delays a request. */
final class LogOverloadChecks {

    private static final String GET = TestBed.request("GET", ApiServerStandIn.JWKS_PATH);
    private static final int MANY = 15_000;

    private LogOverloadChecks() {}

    static void checks(CheckList list) {
        failing(list.in("6.5"));
        list.in("6.1").should("many requests in a row lose no line while the log is read", Map.of(), bed -> {
            bed.prime();
            try (RawHttp http = bed.connect()) {
                for (int i = 0; i < 2000; i++) {
                    Expect.that(http.ask(GET)).status(200);
                }
            }
            Await.until(
                    Duration.ofSeconds(40),
                    "2002 lines",
                    () -> bed.log(" status=200 ").count() == 2002);
        });
    }

    private static void failing(CheckList list) {
        list.must("a blocked standard output delays nobody, and the lines lost are counted", Map.of(), bed -> {
            bed.prime();
            bed.gateway().withLogBlocked(() -> many(bed));
            Await.until(Duration.ofSeconds(40), "a line with the number of lines dropped", () -> {
                bed.getJwks();
                return bed.log().anyMatch(line -> line.matches("(?i).*drop.*\\d.*|.*\\d.*drop.*"));
            });
        });
        list.must("a blocked standard output does not hold up a stop", Map.of(), bed -> {
            bed.prime();
            bed.gateway().withLogBlocked(() -> {
                many(bed);
                bed.gateway().terminate();
                bed.exits(Duration.ofSeconds(8));
            });
        });
        list.must("a closed standard output fails no request", Map.of(), bed -> {
            bed.prime();
            bed.gateway().closeLog();
            for (int i = 0; i < 200; i++) {
                Expect.that(bed.getJwks()).status(200);
            }
        });
        list.must("at a normal stop all that is queued is written", Map.of(), bed -> {
            bed.prime();
            try (RawHttp http = bed.connect()) {
                for (int i = 0; i < 500; i++) {
                    Expect.that(http.ask(GET)).status(200);
                }
            }
            bed.gateway().terminate();
            bed.exits(Duration.ofSeconds(30));
            List<String> lines =
                    bed.log("path=" + ApiServerStandIn.JWKS_PATH + " status=").toList();
            Expect.equal("the number of lines for 501 requests", 501, lines.size());
        });
    }

    private static void many(TestBed bed) {
        try (RawHttp http = bed.connect()) {
            for (int i = 0; i < MANY; i++) {
                Duration time =
                        Concurrently.time(() -> Expect.that(http.ask(GET)).status(200));
                Expect.holds(
                        time.toMillis() < 5000,
                        "a request took " + time.toMillis() + " ms while standard output is blocked");
            }
        }
    }
}
