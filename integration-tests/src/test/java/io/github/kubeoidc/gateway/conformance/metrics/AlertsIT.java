// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Get;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each alert is raised in a real Prometheus by a fault that is really played. Only times are shorter than in the file. */
@Execution(ExecutionMode.CONCURRENT)
class AlertsIT {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration TWO_SCRAPES = Duration.ofSeconds(2);
    private static final String ABSENT = "KubeOidcGatewayAbsent";
    private static final int REFUSED = 60;
    private static final int TURNS = 6;

    @TempDir
    private Path folder;

    @Test
    void eachFaultRaisesItsAlert() throws Exception {
        Programs.path("prometheus");
        String alerts = Files.readString(MetricsIT.FILES.resolve("alerts.yaml"));
        Set<String> all = Set.copyOf(MetricsIT.alerts());
        Set<String> withAGateway = new TreeSet<>(all);
        withAGateway.remove(ABSENT);
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                StartedGateway lost = Launcher.start(environment(upstream, refusedToken()));
                StartedGateway secure = Launcher.start(environment(upstream, MetricsIT.tlsVariables(folder)));
                StartedGateway served = Launcher.start(environment(upstream, Map.of()));
                Prometheus prometheus = Prometheus.start(
                        folder,
                        shorter(alerts),
                        List.of(Scrape.address(lost), Scrape.address(secure), Scrape.address(served)))) {
            Await.until(
                    BOUND,
                    "a scrape of all three",
                    () -> prometheus.values("up == 1", "instance").size() == 3);
            takeTurns(upstream, served);
            blockLog(served);
            refuseClients(served);
            upstream.jwks().fail(Reply.status(500, "{}"));
            Await.until(Duration.ofSeconds(90), "all of " + withAGateway, () -> {
                Get.status(lost, "/openid/v1/jwks");
                Get.status(served, "/openid/v1/jwks");
                return prometheus.raised().containsAll(withAGateway);
            });
            for (StartedGateway gateway : List.of(lost, secure, served)) {
                gateway.close();
            }
            // Before the first scrape it may have been raised, too, but for no job.
            Await.until(
                    BOUND,
                    ABSENT + " for the job",
                    () -> prometheus
                            .values("ALERTS{alertname='" + ABSENT + "',alertstate='firing',job!=''}", "job")
                            .contains("gateway"));
            assertThat(prometheus.raised()).isEqualTo(all);
        }
    }

    private static Map<String, String> environment(ApiServerStandIn upstream, Map<String, String> others) {
        return Launcher.with(
                Launcher.with(upstream.environment(), "METRICS_PORT", "0", "CACHE_TTL_SECONDS", "1"), others);
    }

    private static String shorter(String alerts) {
        return alerts.replaceAll("for: \\w+", "for: 1s")
                .replace("> 600", "> 5")
                .replace("[1d:5m]", "[5m:1s]")
                .replace("> 10 * 60", "> 1");
    }

    /** The API server does not know it, and it expires in a minute. */
    private Map<String, String> refusedToken() throws Exception {
        String claims = "{\"exp\":" + Instant.now().plusSeconds(60).getEpochSecond() + "}";
        String token = "e30."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".c2ln";
        return Map.of(
                "SA_TOKEN_PATH",
                Files.writeString(folder.resolve("token"), token).toString());
    }

    /** Two key sets, so long after each other that Prometheus sees each. */
    private static void takeTurns(ApiServerStandIn upstream, StartedGateway gateway) {
        for (int turn = 0; turn < TURNS; turn++) {
            String kid = turn % 2 == 0 ? "one" : "other";
            upstream.jwks()
                    .serve("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"" + kid + "\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}");
            Await.until(BOUND, "the key " + kid, () -> {
                Get.status(gateway, "/openid/v1/jwks");
                return Scrape.of(gateway).text().contains("kid=\"" + kid + "\"");
            });
            long seen = System.nanoTime();
            Await.until(BOUND, "two scrapes more", () -> System.nanoTime() - seen > TWO_SCRAPES.toNanos());
        }
    }

    private static void blockLog(StartedGateway gateway) {
        String path = "GET /" + "a".repeat(200) + " HTTP/1.1\r\nHost: gateway\r\n\r\n";
        gateway.withLogBlocked(() -> {
            try (RawHttp client = RawHttp.connect(gateway.baseUri())) {
                Await.until(BOUND, "dropped lines", () -> {
                    for (int i = 0; i < 1000; i++) {
                        client.send(path);
                        client.read();
                    }
                    return !"0.0".equals(Scrape.of(gateway).value("kube_oidc_gateway_log_lines_dropped_total"));
                });
            }
        });
    }

    private static void refuseClients(StartedGateway gateway) {
        String head = "GET / HTTP/1.1\r\nHost: gateway\r\nX: " + "x".repeat(9000) + "\r\n\r\n";
        for (int i = 0; i < REFUSED; i++) {
            assertThat(RawHttp.exchange(gateway.baseUri(), head).status()).isEqualTo(431);
        }
    }
}
