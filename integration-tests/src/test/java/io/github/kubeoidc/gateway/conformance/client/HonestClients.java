// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/** A client that keeps its connection and one that opens a new one for each request; both ask for the JWKS, and for 200. */
final class HonestClients {

    private static final String REQUEST = "GET /openid/v1/jwks HTTP/1.1\r\nHost: gateway.example\r\n\r\n";
    private static final Duration PACE = Duration.ofMillis(4);

    /** Fewer say nothing of a 99th percentile. */
    private static final int LEAST = 300;

    private HonestClients() {}

    /** What they felt, in milliseconds: the 99th percentile of each. */
    record Latency(double kept, double opened) {}

    /** Asks and asks while something else goes on, at least so often that a percentile can be told. */
    static Latency during(URI gateway, Callable<?> other) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            Future<?> going = threads.submit(other);
            Future<Double> kept = threads.submit(() -> {
                try (RawHttp http = RawHttp.connect(gateway)) {
                    return percentile(() -> ask(http), () -> !going.isDone());
                }
            });
            Future<Double> opened = threads.submit(() -> percentile(() -> askOnce(gateway), () -> !going.isDone()));
            Latency latency = new Latency(kept.get(), opened.get());
            going.get();
            return latency;
        } finally {
            threads.shutdownNow();
        }
    }

    private static double percentile(Runnable request, BooleanSupplier more) {
        List<Double> millis = new ArrayList<>();
        while (more.getAsBoolean() || millis.size() < LEAST) {
            long begun = System.nanoTime();
            request.run();
            millis.add((System.nanoTime() - begun) / 1e6);
            Await.pace(PACE);
        }
        Collections.sort(millis);
        return millis.get(millis.size() * 99 / 100);
    }

    private static void askOnce(URI gateway) {
        try (RawHttp http = RawHttp.connect(gateway)) {
            ask(http);
        }
    }

    private static void ask(RawHttp http) {
        http.send(REQUEST);
        RawResponse response = http.read();
        if (response.status() != 200) {
            throw new AssertionError("an honest client got " + response);
        }
    }
}
