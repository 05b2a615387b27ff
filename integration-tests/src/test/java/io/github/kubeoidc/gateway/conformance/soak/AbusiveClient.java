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
    private static final String FORGED =
            "GET /x%0A2026-11-24T00:00:00.000Z%20path=/healthz HTTP/1.1\r\nHost: x\r\n\r\n";

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
        switch (random.nextInt(6)) {
            case 0 -> send("hangs up in the middle of a request", 0, REQUEST).close();
            case 1 -> send("hangs up instead of reading", 1, REQUEST + "\r\n").close();
            case 2 ->
                send("no HTTP", 0, "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n")
                        .close();
            case 3 ->
                send("a path that looks like a line of the log", 1, FORGED).close();
            case 4 -> hold(send("begins a request and goes on with a byte now and then", 0, "GET /"));
            default -> hold(send("pipelines and never reads", 50, (REQUEST + "\r\n").repeat(50)));
        }
        held.removeIf(slow -> random.nextInt(8) == 0 && !slow.offer("x".getBytes(StandardCharsets.US_ASCII)));
    }

    /** Answered or not, that is a matter of moments: so many requests there are perhaps. */
    private RawHttp send(String rude, int requests, String bytes) {
        seen.count("rude: " + rude);
        for (int i = 0; i < requests; i++) {
            seen.count("request perhaps");
        }
        RawHttp http = RawHttp.connect(gateway);
        http.send(bytes);
        return http;
    }

    private void hold(RawHttp http) {
        held.add(http);
        if (held.size() > HELD) {
            held.remove().close();
        }
    }
}
