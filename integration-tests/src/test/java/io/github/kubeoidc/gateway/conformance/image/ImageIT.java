// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import static io.github.kubeoidc.gateway.conformance.image.BuiltImage.docker;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Get;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import io.github.kubeoidc.gateway.conformance.containers.ContainerGateway;
import io.github.kubeoidc.gateway.conformance.cost.Cost;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.metrics.Scrape;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.CertificateKeys;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The image lives in the limits of the manifest: 64 MiB and a tenth of a processor. Times are printed, not asserted: how
 * long a start takes says as much of the machine as of the image.
 */
@ExtendWith(ClusterExtension.class)
@Isolated("it measures memory and times")
class ImageIT {
    private static final long MEMORY_BYTES = 64L << 20;
    private static final long METRICS_BYTES = 4L << 20;
    private static final int SCRAPES = 5;
    private static final int CONNECTIONS = 32;

    /** That of the image; the embedded server's own 10 000 do not fit in its memory. */
    private static final int CONNECTION_CAP = 2000;

    private static final int REQUESTS = 20_000;
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final int LOOKS_A_ROTATION = 60;
    private static final String REQUEST = "GET /openid/v1/jwks HTTP/1.1\r\nHost: gateway\r\n\r\n";

    private ApiServerStandIn upstream;

    @BeforeEach
    void start() {
        // Before any clock runs.
        BuiltImage.delivery();
        upstream = ApiServerStandIn.start();
    }

    @AfterEach
    void stopUpstream() {
        upstream.close();
    }

    @Test
    @DisplayName("with a tenth of a processor: 20 000 requests beside idle connections up to the cap")
    void livesInTheLimitsOfTheManifest() throws Exception {
        try (ContainerGateway gateway = start(0.1)) {
            untilReady(gateway);
            List<RawHttp> idle = open(gateway.baseUri(), CONNECTION_CAP - CONNECTIONS - 1);
            long peak = load(gateway);
            idle.forEach(RawHttp::close);

            System.out.printf(
                    "image: peak memory in %d requests, less pages of files: %.1f MiB of 64%n",
                    REQUESTS, peak / 1048576.0);
            assertThat(state(gateway)).isEqualTo("running oom-killed=false restarts=0");
            assertThat(peak).isLessThan(MEMORY_BYTES);
            assertThat(gateway.errors()).isEmpty();
            assertThat(String.join("\n", gateway.log()))
                    .doesNotContain("OutOfMemory", "Exception", "[warning]", upstream.token());
        }
    }

    @Test
    @DisplayName("it is small: a node pulls it before the gateway can start")
    void isSmall() throws Exception {
        String bytes = docker("image", "inspect", "--format", "{{.Size}}", BuiltImage.NAME);
        Cost.MEGABYTES_OF_THE_IMAGE.check(Double.parseDouble(bytes) / 1e6);
    }

    @Test
    @DisplayName("with metrics it needs 4 MiB more at most")
    void metricsFitIn() throws Exception {
        long without;
        try (ContainerGateway gateway = start(1)) {
            without = afterRequests(gateway);
        }
        try (ContainerGateway gateway = start(1, "METRICS_PORT", "0")) {
            untilReady(gateway);
            assertThat(Scrape.of(gateway).text()).contains("kube_oidc_gateway_document_age_seconds{");
            long with = afterRequests(gateway);
            for (int i = 0; i < SCRAPES; i++) {
                // A text is made once a second at most.
                Await.pace(Duration.ofSeconds(1));
                Scrape.of(gateway);
                with = Math.max(with, heldMemory(gateway.containerId()));
            }

            System.out.printf(
                    "image: memory without metrics %.1f MiB, with metrics %.1f MiB%n",
                    without / 1048576.0, with / 1048576.0);
            assertThat(with - without).isLessThan(METRICS_BYTES);
            assertThat(gateway.log()).allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT.*"));
            assertThat(gateway.errors()).isEmpty();
        }
    }

    /** The memory that is held once the heap's young part has been used up several times. */
    private static long afterRequests(ContainerGateway gateway) throws Exception {
        untilReady(gateway);
        try (RawHttp connection = RawHttp.connect(gateway.baseUri())) {
            for (int i = 0; i < REQUESTS / 2; i++) {
                ask(connection);
            }
        }
        return heldMemory(gateway.containerId());
    }

    @ParameterizedTest(name = "{0}, {1} CPU")
    @CsvSource({"RSA, 0.1", "P_256, 0.1", "RSA, 1", "P_256, 1"})
    @DisplayName("prints when the first 200 comes, by the kind of the API server's certificates")
    void startsInTheLimitsOfTheManifest(CertificateKeys keys, double cpus) throws Exception {
        upstream.close();
        upstream = ApiServerStandIn.start(keys);
        try (ContainerGateway gateway = start(cpus)) {
            Duration ready = untilReady(gateway);

            System.out.printf("image: first 200 after %d ms with %s CPU, %s%n", ready.toMillis(), cpus, keys);
            assertThat(state(gateway)).isEqualTo("running oom-killed=false restarts=0");
        }
    }

    @Test
    @DisplayName("it runs as nobody, has no shell of its own, and says what it is")
    void saysWhatItIs() throws Exception {
        assertThat(docker("inspect", "--format", "{{.Config.User}} {{.Config.StopSignal}}", BuiltImage.NAME))
                .isEqualTo("65534:65534 SIGTERM");
        assertThat(docker("inspect", "--format", "{{json .Config.Labels}}", BuiltImage.NAME))
                .contains(
                        "org.opencontainers.image.title",
                        "org.opencontainers.image.version",
                        "org.opencontainers.image.revision",
                        "org.opencontainers.image.created",
                        "org.opencontainers.image.licenses");
    }

    @Test
    @DisplayName("it runs with any user, as OpenShift chooses one, and writes to no file of its own")
    void runsWithAnyUser() throws Exception {
        List<String> command = new ArrayList<>(List.of("run", "--detach", "--network", "host", "--read-only"));
        command.addAll(List.of("--user", "1000650000:0", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"));
        command.addAll(List.of("--memory", "64m"));
        upstream.environment().forEach((name, value) -> command.addAll(List.of("--env", name + "=" + value)));
        Path files = Path.of(upstream.environment().get("SA_TOKEN_PATH")).getParent();
        command.addAll(List.of("--volume", files + ":" + files + ":ro", "--env", "LISTEN_PORT=0", BuiltImage.NAME));
        String container = docker(command.toArray(String[]::new));
        try {
            Await.until(
                    Duration.ofSeconds(60),
                    "the issuer in the log",
                    () -> docker("logs", container).contains(ApiServerStandIn.ISSUER));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; it logged " + docker("logs", container), e);
        } finally {
            docker("rm", "--force", container);
        }
    }

    private ContainerGateway start(double cpus, String... variables) {
        Map<String, String> environment = Launcher.with(upstream.environment(), variables);
        environment.put("CACHE_TTL_SECONDS", "1");
        return BuiltImage.delivery().withCpus(cpus).start(environment);
    }

    /** How long after the engine started the process there is a 200. */
    private static Duration untilReady(ContainerGateway gateway) {
        Await.until(Duration.ofSeconds(60), "a 200 on /readyz", () -> Get.status(gateway, "/readyz") == 200);
        return Duration.between(Instant.parse(inspect(gateway, "{{.State.StartedAt}}")), Instant.now());
    }

    /** Status, whether it was killed for want of memory, and how often it was started again. */
    static String state(ContainerGateway gateway) {
        return inspect(gateway, "{{.State.Status}} oom-killed={{.State.OOMKilled}} restarts={{.RestartCount}}");
    }

    private static String inspect(ContainerGateway gateway, String format) {
        return docker("inspect", "--format", format, gateway.containerId());
    }

    /**
     * The memory that a container cannot give back, in bytes: all that it is charged for, less the pages of files, which are
     * only kept while there is room.
     */
    static long heldMemory(String container) throws IOException {
        Path version1 = Path.of("/sys/fs/cgroup/memory/docker", container);
        if (Files.exists(version1)) {
            return number(version1.resolve("memory.usage_in_bytes")) - statistic(version1, "total_cache ");
        }
        for (String folder : List.of("docker/" + container, "system.slice/docker-" + container + ".scope")) {
            Path version2 = Path.of("/sys/fs/cgroup", folder);
            if (Files.exists(version2)) {
                return number(version2.resolve("memory.current")) - statistic(version2, "file ");
            }
        }
        throw new IOException("this engine's control groups are not where they are looked for");
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }

    private static long statistic(Path group, String name) throws IOException {
        return Files.readAllLines(group.resolve("memory.stat")).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.substring(name.length())))
                .findFirst()
                .orElseThrow();
    }

    /** Opens connections up to the cap of CONTRACT 1.7, and uses each twice, as it is then that a parser learns of it. */
    private static List<RawHttp> open(URI uri, int number) {
        List<RawHttp> connections = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            RawHttp connection = RawHttp.connect(uri);
            connections.add(connection);
            ask(connection);
            ask(connection);
        }
        return connections;
    }

    static void ask(RawHttp connection) {
        connection.send(REQUEST);
        assertThat(connection.read().status()).isEqualTo(200);
    }

    /** Sends the requests, replaces token and CA meanwhile, and returns the most memory that was held. */
    private long load(ContainerGateway gateway) throws Exception {
        URI uri = gateway.baseUri();
        ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                running.add(clients.submit(() -> {
                    try (RawHttp connection = RawHttp.connect(uri)) {
                        for (int n = 0; n < REQUESTS / CONNECTIONS; n++) {
                            ask(connection);
                        }
                    }
                }));
            }
            long peak = 0;
            for (int looks = 0; running.stream().anyMatch(client -> !client.isDone()); looks++) {
                peak = Math.max(peak, heldMemory(gateway.containerId()));
                if (looks % LOOKS_A_ROTATION == 0) {
                    upstream.files().rotateToken(upstream.replaceToken());
                } else if (looks % LOOKS_A_ROTATION == LOOKS_A_ROTATION / 2) {
                    upstream.files().rotateCaCert(upstream.replaceAuthority());
                }
                Await.pace(LOOK);
            }
            for (Future<?> client : running) {
                client.get();
            }
            return peak;
        } finally {
            clients.shutdownNow();
        }
    }
}
