// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.checks.Concurrently;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * CONTRACT 3.10: "written beside and renamed", so that a gateway that is killed at any moment leaves a whole document. Every
 * document is another one and of another size, up to 400 kB, so that a mixture of two would be seen.
 */
class KilledGatewayIT {

    private static final int REFRESHES = 200;
    private static final int MOST_IN_A_ROW = 16;
    private static final long LATEST_NANOS = Duration.ofMillis(20).toNanos();
    private static final int LARGEST = 400_000;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final ApiServerStandIn upstream = ApiServerStandIn.start();

    /** By version. */
    private final Map<Integer, String> published = new HashMap<>();

    private int version;
    private int refreshes;

    @TempDir
    Path directory;

    @Test
    void findsAWholeDocumentAtEveryRestart() throws IOException {
        int kept = 0;
        try (upstream) {
            publish();
            StartedGateway gateway = start();
            try {
                refresh(gateway);
                while (refreshes < REFRESHES) {
                    for (int more = random.nextInt(MOST_IN_A_ROW); more >= 0; more--) {
                        refresh(gateway);
                    }
                    // A slow disk may be several versions behind.
                    Await.until(
                            SOON,
                            "version " + version + " on disk",
                            () -> stored().contains("\"kid\":\"" + version + "\""));
                    killDuringARefresh(gateway);
                    // The start fetches too, and what is asked for is what the disk had.
                    upstream.jwks().hold();
                    gateway = start();
                    int found = whatIsServedWhileUpstreamHangs(gateway);
                    assertThat(found)
                            .as("version found after %d refreshes, seed %d", refreshes, seed)
                            .isBetween(Math.max(kept, version - 1), version);
                    kept = found;
                    // It writes what it fetches at its start, one file at a time.
                    Await.until(SOON, "files left behind, seed " + seed, () -> leftBehind() <= 1);
                }
            } finally {
                gateway.close();
            }
        }
    }

    private StartedGateway start() {
        Map<String, String> environment = new HashMap<>(upstream.environment());
        environment.put("CACHE_DIR", directory.toString());
        environment.put("CACHE_TTL_SECONDS", "0");
        environment.put("PRETTY_PRINT_JSON", "false");
        environment.put("UPSTREAM_TIMEOUT_SECONDS", "30");
        return Launcher.start(environment);
    }

    private void publish() {
        version++;
        String json = "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"%d\",\"note\":\"%s\"}]}"
                .formatted(version, Integer.toString(version % 10).repeat(random.nextInt(LARGEST)));
        published.put(version, json);
        upstream.jwks().serve(json);
    }

    private void refresh(StartedGateway gateway) {
        publish();
        // Upstream may take more than 300 ms once in a while.
        Await.until(SOON, "version " + version, () -> get(gateway).text().equals(published.get(version)));
        refreshes++;
    }

    private String stored() {
        try {
            return Files.readString(directory.resolve("jwks"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void killDuringARefresh(StartedGateway gateway) {
        publish();
        long delay = (long) (random.nextDouble() * LATEST_NANOS);
        try (Concurrently together = new Concurrently()) {
            together.start(() -> get(gateway));
            Await.pace(Duration.ofNanos(delay));
            // SIGKILL.
            gateway.close();
        }
    }

    private int whatIsServedWhileUpstreamHangs(StartedGateway gateway) {
        RawResponse response = get(gateway);
        assertThat(response.status()).isEqualTo(200);
        upstream.jwks().release();
        String json = response.text();
        int found = Integer.parseInt(json.replaceFirst("(?s).*\"kid\":\"(\\d+)\".*", "$1"));
        assertThat(json.equals(published.get(found)))
                .as("is version %d as published, seed %d", found, seed)
                .isTrue();
        assertThat(gateway.log()).noneMatch(line -> line.contains("is ignored"));
        return found;
    }

    private static RawResponse get(StartedGateway gateway) {
        return RawHttp.exchange(
                gateway.baseUri(), "GET " + ApiServerStandIn.JWKS_PATH + " HTTP/1.1\r\nHost: gateway.example\r\n\r\n");
    }

    /** What a killed gateway was about to write; the next one tidies up. */
    private long leftBehind() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".tmp")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
