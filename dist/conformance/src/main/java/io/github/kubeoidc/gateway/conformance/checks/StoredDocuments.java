// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Delivery;
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
import java.util.Objects;
import java.util.stream.Stream;

/** What a gateway that has ended left in its {@code CACHE_DIR}, and what is needed to start another there. */
final class StoredDocuments implements AutoCloseable {

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
            try (TestBed bed = start(Map.of())) {
                for (String path : List.of(ApiServerStandIn.DISCOVERY_PATH, ApiServerStandIn.JWKS_PATH)) {
                    answers.put(path, bed.get(path));
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
    TestBed start(Map<String, String> environment) {
        Map<String, String> variables = new HashMap<>(upstream.environment());
        variables.put("CACHE_DIR", directory.toString());
        variables.put("UPSTREAM_TIMEOUT_SECONDS", "30");
        variables.putAll(environment);
        return TestBed.around(delivery.start(variables), upstream);
    }

    ApiServerStandIn upstream() {
        return upstream;
    }

    void breakUpstream() {
        TestBed.failBoth(upstream, Reply.status(500, "{}"));
    }

    void mendUpstream() {
        upstream.jwks().heal();
        upstream.discovery().heal();
    }

    /** What the gateway that has ended answered, by path. */
    RawResponse answer(String path) {
        return Objects.requireNonNull(answers.get(path), path);
    }

    /** Expects that a gateway answers as the one did that has ended. */
    void areServed(TestBed bed) {
        answers.forEach((path, before) ->
                Expect.that(bed.get(path)).status(200).body(before.text()).field("ETag", before.require("ETag")));
    }

    /** Expects that a gateway ignores what it has found, and warns of it. */
    void areIgnored(TestBed bed) {
        answers.keySet().forEach(path -> Expect.that(bed.get(path)).status(502));
        warns(bed);
    }

    void warns(TestBed bed) {
        bed.awaitLog(Duration.ofSeconds(30), "WARN", directory.toString());
    }

    /** How long ago it answered. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - fetchedAt);
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

    void removeFiles() throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() {
        try (upstream) {
            removeFiles();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
