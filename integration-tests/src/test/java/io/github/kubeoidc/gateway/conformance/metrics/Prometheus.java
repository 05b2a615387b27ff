// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.metrics;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A Prometheus that scrapes gateways and looks at its rules each second. */
final class Prometheus implements AutoCloseable {
    private static final Duration START_BOUND = Duration.ofSeconds(60);

    private final Process process;
    private final URI uri;

    private Prometheus(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    static Prometheus start(Path folder, String rules, List<URI> gateways) throws IOException {
        Files.writeString(folder.resolve("rules.yaml"), rules);
        String targets = gateways.stream()
                .map(gateway -> "'" + gateway.getAuthority() + "'")
                .collect(Collectors.joining(", "));
        Files.writeString(folder.resolve("prometheus.yaml"), """
                global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}
                rule_files: [rules.yaml]
                scrape_configs:
                  - job_name: gateway
                    static_configs: [{targets: [%s]}]
                """.formatted(targets));
        int port = freePort();
        Process process = new ProcessBuilder(
                        Tool.PROMETHEUS.path(),
                        "--config.file=prometheus.yaml",
                        "--storage.tsdb.path=data",
                        "--log.level=warn",
                        "--web.listen-address=127.0.0.1:" + port)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
        Prometheus prometheus = new Prometheus(process, URI.create("http://127.0.0.1:" + port));
        try {
            Await.until(START_BOUND, "Prometheus to be ready", prometheus::isReady);
        } catch (AssertionError e) {
            prometheus.close();
            throw new AssertionError(
                    e.getMessage() + "; it said " + Files.readString(folder.resolve("prometheus.log")));
        }
        return prometheus;
    }

    private boolean isReady() {
        try {
            return get("/-/ready").status() == 200;
        } catch (UncheckedIOException | AssertionError e) {
            return false;
        }
    }

    /** The alerts that are raised, or were. */
    Set<String> raised() {
        return values("max by (alertname) (max_over_time(ALERTS{alertstate='firing'}[1h]))", "alertname");
    }

    /** The values of a label in what an expression gives now. */
    Set<String> values(String expression, String label) {
        String answer = get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .text();
        Set<String> values = new TreeSet<>();
        for (JsonElement result : new Gson()
                .fromJson(answer, JsonObject.class)
                .getAsJsonObject("data")
                .getAsJsonArray("result")) {
            values.add(result.getAsJsonObject()
                    .getAsJsonObject("metric")
                    .get(label)
                    .getAsString());
        }
        return values;
    }

    private RawResponse get(String target) {
        return RawHttp.exchange(uri, "GET " + target + " HTTP/1.1\r\nHost: prometheus\r\nConnection: close\r\n\r\n");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
