// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.metrics;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.kubeoidc.gateway.conformance.Get;
import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
        return start(folder, 1, "rule_files: [rules.yaml]", "{targets: [" + targets + "]}");
    }

    /** One without rules, that scrapes gateways every so many seconds, each by the name that it has in a cluster. */
    static Prometheus start(Path folder, int interval, Map<String, URI> gateways) throws IOException {
        String targets = gateways.entrySet().stream()
                .map(gateway -> "{targets: ['" + gateway.getValue().getAuthority() + "'], labels: {instance: '"
                        + gateway.getKey() + "'}}")
                .collect(Collectors.joining(", "));
        return start(folder, interval, "", targets);
    }

    private static Prometheus start(Path folder, int interval, String rules, String targets) throws IOException {
        Files.writeString(folder.resolve("prometheus.yaml"), """
                global: {scrape_interval: %ds, scrape_timeout: 1s, evaluation_interval: 1s}
                %s
                scrape_configs:
                  - job_name: gateway
                    static_configs: [%s]
                """.formatted(interval, rules, targets));
        int port = Programs.freePort();
        Process process = new ProcessBuilder(
                        Programs.path("prometheus"),
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
            return Get.from(uri, "/-/ready").status() == 200;
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
        Set<String> values = new TreeSet<>();
        for (JsonElement result : result("query?query=" + encoded(expression))) {
            values.add(result.getAsJsonObject()
                    .getAsJsonObject("metric")
                    .get(label)
                    .getAsString());
        }
        return values;
    }

    /** What an expression gave at a second of the epoch: series with {@code metric} and {@code value}. */
    JsonArray query(String expression, long second) {
        return result("query?query=" + encoded(expression) + "&time=" + second);
    }

    /** What an expression gave, step by step in seconds: series with {@code metric} and {@code values}. */
    JsonArray query(String expression, long from, long to, int step) {
        return result("query_range?query=" + encoded(expression) + "&start=" + from + "&end=" + to + "&step=" + step);
    }

    private JsonArray result(String target) {
        String answer = Get.from(uri, "/api/v1/" + target).text();
        JsonObject data = new Gson().fromJson(answer, JsonObject.class).getAsJsonObject("data");
        if (data == null) {
            throw new AssertionError(target + ": " + answer);
        }
        return data.getAsJsonArray("result");
    }

    private static String encoded(String expression) {
        return URLEncoder.encode(expression, StandardCharsets.UTF_8);
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
