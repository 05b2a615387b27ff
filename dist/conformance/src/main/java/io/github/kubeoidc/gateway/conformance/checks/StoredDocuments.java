// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a gateway that has ended left in its {@code CACHE_DIR}, and what is needed to start another there. */
final class StoredDocuments implements AutoCloseable {

    private static final Reply FAILURE = Reply.status(500, "{}");

    private final Delivery delivery;
    private final ApiServerStandIn upstream = ApiServerStandIn.start();
    private final Path directory;
    private final Map<String, RawResponse> answers = new LinkedHashMap<>();
    private final long fetchedAt;

    private StoredDocuments(Delivery delivery) throws IOException {
        this.delivery = delivery;
        this.directory = Files.createTempDirectory("cache-dir");
        try {
            // A container runs as another user.
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
            try (StartedGateway gateway = start(Map.of())) {
                for (String path : List.of(ApiServerStandIn.DISCOVERY_PATH, ApiServerStandIn.JWKS_PATH)) {
                    answers.put(path, get(gateway, path));
                }
                fetchedAt = System.nanoTime();
                answers.values().forEach(answer -> Expect.that(answer).status(200));
                Await.until(Duration.ofSeconds(40), "a file for each document in CACHE_DIR", this::isComplete);
            }
        } catch (IOException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Has a gateway fetch both documents, keep them, and end. */
    static StoredDocuments by(Delivery delivery) throws IOException {
        return new StoredDocuments(delivery);
    }

    /** Starts a gateway with the same directory and, unless the environment says otherwise, the same upstream. */
    StartedGateway start(Map<String, String> environment) {
        Map<String, String> variables = new HashMap<>(upstream.environment());
        variables.put("CACHE_DIR", directory.toString());
        variables.put("UPSTREAM_TIMEOUT_SECONDS", "30");
        variables.putAll(environment);
        return delivery.start(variables);
    }

    ApiServerStandIn upstream() {
        return upstream;
    }

    void breakUpstream() {
        upstream.jwks().fail(FAILURE);
        upstream.discovery().fail(FAILURE);
    }

    void mendUpstream() {
        upstream.jwks().heal();
        upstream.discovery().heal();
    }

    /** What the gateway that has ended answered, by path. */
    Map<String, RawResponse> answers() {
        return answers;
    }

    /** How long ago it answered. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - fetchedAt);
    }

    RawResponse getJwks(StartedGateway gateway) {
        return get(gateway, ApiServerStandIn.JWKS_PATH);
    }

    static RawResponse get(StartedGateway gateway, String path) {
        return RawHttp.exchange(gateway.baseUri(), TestBed.request("GET", path));
    }

    List<Path> files() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isComplete() {
        // What is written beside is renamed, so that only what stays counts.
        return files().size() >= 2
                && files().stream().noneMatch(file -> file.toString().endsWith(".tmp"));
    }

    Path directory() {
        return directory;
    }

    byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    void warns(StartedGateway gateway) {
        Await.until(
                Duration.ofSeconds(30),
                "a WARN that names " + directory,
                () -> gateway.log().stream()
                        .anyMatch(line -> line.contains("WARN") && line.contains(directory.toString())));
    }

    void removeFiles() throws IOException {
        delete(directory);
    }

    @Override
    public void close() {
        try (upstream) {
            delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(@Nullable Path tree) throws IOException {
        if (tree == null || !Files.exists(tree)) {
            return;
        }
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
