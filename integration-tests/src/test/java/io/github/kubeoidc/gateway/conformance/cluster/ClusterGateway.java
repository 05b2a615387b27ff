// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cluster;

import io.github.kubeoidc.gateway.conformance.Await;
import io.github.kubeoidc.gateway.conformance.Gateway;
import io.github.kubeoidc.gateway.conformance.Launcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
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

    private final ProjectedVolume volume;
    private final Gateway process;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ClusterGateway(ProjectedVolume volume, Gateway process) {
        this.volume = volume;
        this.process = process;
    }

    /** Starts a gateway that runs as the account; its token and CA lie in the directory, which has to be empty. */
    static ClusterGateway start(GatewayAccount account, Path directory, Map<String, String> settings) {
        ProjectedVolume volume = new ProjectedVolume(directory);
        volume.publish(account.requestToken(), account.server().caPem());
        Map<String, String> environment = new HashMap<>(Map.of(
                "UPSTREAM_HOST", account.server().url(),
                "SA_TOKEN_PATH", volume.token().toString(),
                "SA_CA_CERT_PATH", volume.ca().toString()));
        environment.putAll(settings);
        return new ClusterGateway(volume, Launcher.start(environment));
    }

    /** Starts a gateway that has both documents by the time it is returned. */
    static ClusterGateway startHealthy(GatewayAccount account, Path directory, Map<String, String> settings) {
        ClusterGateway gateway = start(account, directory, settings);
        try {
            Await.until(Duration.ofSeconds(30), "a first 200 on health", () -> gateway.health() == 200);
            return gateway;
        } catch (AssertionError | RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    ProjectedVolume volume() {
        return volume;
    }

    URI uri(String path) {
        return process.baseUri().resolve(path);
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
        return process.log();
    }

    /** The warnings so far that name the path. */
    List<String> warningsOn(String path) {
        return log().stream()
                .filter(line -> line.contains("WARN") && line.contains(path))
                .toList();
    }

    @Override
    public void close() {
        process.close();
    }
}
