// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** A client that hangs up in the middle, dribbles, sends what is no HTTP, and takes no answers: what it leaves has to go. */
final class AbusiveClient {

    private static final int HELD = 12;
    private static final String REQUEST =
            "GET " + ApiServerStandIn.JWKS_PATH + " HTTP/1.1\r\nHost: gateway.example\r\n";

    private final URI gateway;
    private final Random random;
    private final Observations seen;
    private final Deque<RawHttp> held = new ArrayDeque<>();

    AbusiveClient(URI gateway, Random random, Observations seen) {
        this.gateway = gateway;
        this.random = random;
        this.seen = seen;
    }

    /** Is rude on and on. */
    void run(BooleanSupplier ended) {
        while (!ended.getAsBoolean()) {
            try {
                offend();
            } catch (UncheckedIOException e) {
                seen.wrong(String.valueOf(e.getMessage()));
            }
            Await.pace(Duration.ofMillis(20 + random.nextInt(200)));
        }
        held.forEach(RawHttp::close);
    }

    private void offend() {
        RawHttp http = RawHttp.connect(gateway);
        switch (random.nextInt(6)) {
            case 0 -> {
                seen.count("rude: hangs up in the middle of a request");
                http.send(REQUEST);
                http.close();
            }
            case 1 -> {
                seen.count("rude: hangs up instead of reading");
                // Answered or not, that is a matter of moments.
                seen.count("request perhaps");
                http.send(REQUEST + "\r\n");
                http.close();
            }
            case 2 -> {
                seen.count("rude: no HTTP");
                http.send("\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n");
                http.close();
            }
            case 3 -> {
                seen.count("rude: a path that looks like a line of the log");
                seen.count("request perhaps");
                http.send("GET /x%0A2026-11-24T00:00:00.000Z%20path=/healthz HTTP/1.1\r\nHost: x\r\n\r\n");
                http.close();
            }
            case 4 -> {
                seen.count("rude: begins a request and goes on with a byte now and then");
                http.send("GET /");
                hold(http);
            }
            default -> {
                seen.count("rude: pipelines and never reads");
                for (int i = 0; i < 50; i++) {
                    seen.count("request perhaps");
                }
                http.send((REQUEST + "\r\n").repeat(50));
                hold(http);
            }
        }
        held.removeIf(slow -> random.nextInt(8) == 0 && !slow.offer("x".getBytes(StandardCharsets.US_ASCII)));
    }

    private void hold(RawHttp http) {
        held.add(http);
        if (held.size() > HELD) {
            held.remove().close();
        }
    }
}
