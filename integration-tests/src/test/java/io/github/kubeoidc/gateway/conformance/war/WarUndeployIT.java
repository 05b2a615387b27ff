// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Get;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 12: an undeployment leaves no thread and no class loader behind. */
@Execution(ExecutionMode.CONCURRENT)
class WarUndeployIT {
    /** The gateway's threads by their names, and that of an HTTP client, of which a container has none. */
    private static final Pattern OURS = Pattern.compile("\"(timer|log|metrics|upstream-\\d+|HttpClient-.*)\"");

    @ParameterizedTest
    @MethodSource("io.github.kubeoidc.gateway.conformance.war.ContainerKind#all")
    void leavesNothingBehind(ContainerKind kind) throws Exception {
        try (ServletContainer container = ServletContainer.start(kind, Map.of());
                ApiServerStandIn upstream = ApiServerStandIn.start()) {
            int metricsPort = Programs.freePort();
            Map<String, String> parameters = Launcher.with(
                    upstream.environment(),
                    "UPSTREAM_TIMEOUT_SECONDS",
                    "60",
                    "CACHE_TTL_SECONDS",
                    "0",
                    "METRICS_PORT",
                    "" + metricsPort);
            for (int round = 0; round < 2; round++) {
                // Tomcat's complaints fail the close.
                try (DeployedGateway gateway = container.deploy("/clusters/a", parameters)) {
                    assertThat(Get.status(gateway, "/readyz")).isEqualTo(200);
                    // Section 9 holds here too; the second round binds the same port again.
                    assertThat(Get.from(URI.create("http://127.0.0.1:" + metricsPort), "/metrics")
                                    .text())
                            .contains("kube_oidc_gateway_document_age_seconds{");
                    upstream.jwks().fail(Reply.hang());
                    // Twice: TTL 0 answers the second one, stale, while the fetch hangs.
                    assertThat(Get.status(gateway, ApiServerStandIn.JWKS_PATH)).isEqualTo(200);
                    assertThat(threads(container))
                            .as("threads of a running gateway")
                            .isNotEmpty();
                }
                upstream.jwks().heal();
                Await.until(
                        Duration.ofSeconds(60),
                        "no thread of the gateway",
                        () -> threads(container).isEmpty());
                Await.until(
                        Duration.ofSeconds(60),
                        "no object of the gateway",
                        () -> container.jcmd("GC.class_histogram").stream()
                                .noneMatch(line -> line.contains("io.github.kubeoidc")));
            }
        }
    }

    /** On Java 17 the thread of an HTTP client ends when the client has been collected, which the histogram has done. */
    private static List<String> threads(ServletContainer container) {
        container.jcmd("GC.run");
        return container.jcmd("Thread.print").stream()
                .filter(line -> OURS.matcher(line).lookingAt())
                .toList();
    }
}
