// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import static io.github.kubeoidc.gateway.conformance.image.DockerCommand.docker;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.ApiServerStandIn;
import io.github.kubeoidc.gateway.conformance.Await;
import io.github.kubeoidc.gateway.conformance.RawHttp;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The image lives in the limits of the manifest: 64 MiB and a tenth of a processor. Times are printed, not asserted: how
 * long a start takes says as much of the machine as of the image.
 */
@ExtendWith(ClusterExtension.class)
@Isolated("it measures memory and times")
class ImageIT {
    private static final String IMAGE = "kube-oidc-gateway:under-test";
    private static final int CONNECTIONS = 32;
    private static final int REQUESTS = 20_000;
    private static final int CAP = 750;
    private static final String REQUEST = "GET /openid/v1/jwks HTTP/1.1\r\nHost: gateway\r\n\r\n";

    @TempDir
    Path files;

    private ApiServerStandIn upstream;

    @BeforeAll
    static void build() throws Exception {
        // IMAGE_BASE chooses the base image where the Dockerfile's own cannot be pulled.
        System.out.println(DockerCommand.run(Path.of(".."), "dist/image/build", IMAGE));
    }

    @BeforeEach
    void startUpstream() throws IOException {
        // The container's user is not this one.
        Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwxr-xr-x"));
        upstream = ApiServerStandIn.startIn(files);
    }

    @AfterEach
    void stopUpstream() {
        upstream.close();
    }

    @Test
    @DisplayName("with a tenth of a processor: 20 000 requests beside idle connections up to the cap")
    void livesInTheLimitsOfTheManifest() throws Exception {
        try (ImageContainer container = ImageContainer.start(IMAGE, "0.1", upstream, files)) {
            Duration ready = untilReady(container);
            List<RawHttp> idle = open(container.uri(), CAP - CONNECTIONS - 1);
            load(container.uri());
            idle.forEach(RawHttp::close);

            System.out.printf(
                    "image: ready after %d ms with 0.1 CPU; peak memory after %d requests: %.1f MiB of 64%n",
                    ready.toMillis(), REQUESTS, container.peakMemory() / 1048576.0);
            assertThat(container.state()).isEqualTo("running oom-killed=false restarts=0");
            assertThat(container.peakMemory()).isLessThan(ImageContainer.MEMORY_BYTES);
            assertThat(container.log()).doesNotContain("OutOfMemory", "Exception", "[warning]", upstream.token());
        }
    }

    @Test
    @DisplayName("with one processor: prints when the first 200 comes")
    void startsWithOneProcessor() throws Exception {
        try (ImageContainer container = ImageContainer.start(IMAGE, "1", upstream, files)) {
            Duration ready = untilReady(container);

            System.out.printf("image: first 200 after %d ms with 1 CPU%n", ready.toMillis());
            assertThat(container.state()).isEqualTo("running oom-killed=false restarts=0");
        }
    }

    @Test
    @DisplayName("it runs as nobody, has no shell of its own, and says what it is")
    void saysWhatItIs() throws Exception {
        assertThat(docker("inspect", "--format", "{{.Config.User}} {{.Config.StopSignal}}", IMAGE))
                .isEqualTo("65534:65534 SIGTERM");
        assertThat(docker("inspect", "--format", "{{json .Config.Labels}}", IMAGE))
                .contains(
                        "org.opencontainers.image.title",
                        "org.opencontainers.image.version",
                        "org.opencontainers.image.revision",
                        "org.opencontainers.image.created",
                        "org.opencontainers.image.licenses");
    }

    private static Duration untilReady(ImageContainer container) throws Exception {
        Await.until(Duration.ofSeconds(60), "a 200 on /readyz", () -> isReady(container.uri()));
        return container.age();
    }

    private static boolean isReady(URI uri) {
        try {
            return RawHttp.exchange(uri, "GET /readyz HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n")
                            .status()
                    == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Opens connections up to the cap of CONTRACT 1.7, and uses each twice, as it is then that a parser learns of it. */
    private static List<RawHttp> open(URI uri, int number) {
        List<RawHttp> connections = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            RawHttp connection = RawHttp.connect(uri);
            connections.add(connection);
            for (int n = 0; n < 2; n++) {
                connection.send(REQUEST);
                assertThat(connection.read().status()).isEqualTo(200);
            }
        }
        return connections;
    }

    /** Sends the requests, and replaces token and CA meanwhile. */
    private void load(URI uri) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                running.add(clients.submit(() -> {
                    try (RawHttp connection = RawHttp.connect(uri)) {
                        for (int n = 0; n < REQUESTS / CONNECTIONS; n++) {
                            connection.send(REQUEST);
                            assertThat(connection.read().status()).isEqualTo(200);
                        }
                    }
                }));
            }
            boolean token = true;
            while (running.stream().anyMatch(client -> !client.isDone())) {
                if (token) {
                    upstream.files().rotateToken(upstream.replaceToken());
                } else {
                    upstream.files().rotateCaCert(upstream.replaceAuthority());
                }
                token = !token;
                Await.pace(Duration.ofSeconds(3));
            }
            for (Future<?> client : running) {
                client.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }
}
