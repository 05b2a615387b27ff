// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.proxy;

import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A few clients that ask one address for both documents, in turn and without an end. An answer other than the first is an error. */
final class SteadyLoad implements AutoCloseable {

    private static final List<String> PATHS = List.of(ApiServerStandIn.DISCOVERY_PATH, ApiServerStandIn.JWKS_PATH);
    private static final int CLIENTS = 4;
    private static final Duration BETWEEN = Duration.ofMillis(25);

    /** For how long a relying party waits that waits for long. */
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(10);

    private final URI uri;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final long begun = System.nanoTime();
    private final Map<String, String> documents = new ConcurrentHashMap<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong slowestNanos = new AtomicLong();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private volatile boolean stopped;

    private SteadyLoad(URI uri) {
        this.uri = uri;
    }

    static SteadyLoad on(URI uri) {
        SteadyLoad load = new SteadyLoad(uri);
        for (int client = 0; client < CLIENTS; client++) {
            load.threads.execute(load::ask);
        }
        return load;
    }

    /** How many requests have been answered, or given up. */
    int requests() {
        return requests.get();
    }

    /** What went wrong, and how long after the start. */
    List<String> errors() {
        return List.copyOf(errors);
    }

    Duration slowest() {
        return Duration.ofNanos(slowestNanos.get());
    }

    /** What one more answer says of how long a discovery document may be kept. */
    String cacheControl() {
        try {
            return get(ApiServerStandIn.DISCOVERY_PATH)
                    .headers()
                    .firstValue("Cache-Control")
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(uri.resolve(path))
                        .timeout(CLIENT_TIMEOUT)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void ask() {
        for (int i = 0; !stopped; i++) {
            String path = PATHS.get(i % PATHS.size());
            long sent = System.nanoTime();
            String problem = problem(path);
            long taken = System.nanoTime() - sent;
            if (stopped) {
                // The end may have interrupted it.
                return;
            }
            requests.incrementAndGet();
            slowestNanos.accumulateAndGet(taken, Math::max);
            if (problem != null) {
                errors.add("after %,d ms, %s for %,d ms: %s"
                        .formatted(
                                TimeUnit.NANOSECONDS.toMillis(sent - begun),
                                path,
                                TimeUnit.NANOSECONDS.toMillis(taken),
                                problem));
            }
            Await.pace(BETWEEN);
        }
    }

    private @Nullable String problem(String path) {
        try {
            HttpResponse<String> answer = get(path);
            String first = documents.computeIfAbsent(path, any -> answer.body());
            return answer.statusCode() == 200 && answer.body().equals(first)
                    ? null
                    : "status " + answer.statusCode() + ", " + answer.body();
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.toString();
        }
    }

    @Override
    public void close() {
        stopped = true;
        threads.shutdownNow();
    }
}
