// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ServiceAccountFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A gateway in front of a real API server, with a ServiceAccount's token, and the relying party that asks it. */
final class ClusterGateway implements AutoCloseable {

    /** What came back, and how long after the question. */
    record Answer(String path, int status, String body, Duration took) {}

    // Above every time that the gateway promises: who waits longer has found a defect.
    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(20);

    private final ServiceAccountFiles files;
    private final StartedGateway gateway;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ClusterGateway(ServiceAccountFiles files, StartedGateway gateway) {
        this.files = files;
        this.gateway = gateway;
    }

    /** Starts a gateway that runs as the account. */
    static ClusterGateway start(Delivery delivery, GatewayAccount account, Map<String, String> settings) {
        ServiceAccountFiles files = ServiceAccountFiles.temporary(
                account.requestToken(), account.server().caPem());
        Map<String, String> environment = new HashMap<>(Map.of(
                "UPSTREAM_HOST", account.server().url(),
                "SA_TOKEN_PATH", files.tokenPath().toString(),
                "SA_CA_CERT_PATH", files.caCertPath().toString()));
        environment.putAll(settings);
        try {
            return new ClusterGateway(files, delivery.start(environment));
        } catch (RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    /** Starts a gateway that has both documents by the time it is returned. */
    static ClusterGateway startHealthy(Delivery delivery, GatewayAccount account, Map<String, String> settings) {
        ClusterGateway gateway = start(delivery, account, settings);
        try {
            Await.until(Duration.ofSeconds(30), "a first 200 on health", () -> gateway.health() == 200);
            return gateway;
        } catch (AssertionError | RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    ServiceAccountFiles files() {
        return files;
    }

    URI uri(String path) {
        return gateway.baseUri().resolve(path);
    }

    Answer get(String path) {
        HttpRequest request =
                HttpRequest.newBuilder(uri(path)).timeout(CLIENT_TIMEOUT).build();
        long start = System.nanoTime();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new Answer(
                    path, response.statusCode(), response.body(), Duration.ofNanos(System.nanoTime() - start));
        } catch (IOException e) {
            throw new UncheckedIOException("no answer on " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + path, e);
        }
    }

    int health() {
        return get("/healthz").status();
    }

    /** The log lines so far. */
    List<String> log() {
        return gateway.log();
    }

    /** The warnings so far that name the path. */
    List<String> warningsOn(String path) {
        return log().stream()
                .filter(line -> line.contains("WARN") && line.contains(path))
                .toList();
    }

    @Override
    public void close() {
        try (files) {
            gateway.close();
        }
    }
}
