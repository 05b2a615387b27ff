// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.Get;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 5 in a servlet container: the environment counts, context parameters win, mistakes in either are refused. */
@Execution(ExecutionMode.CONCURRENT)
class WarConfigurationIT {
    @ParameterizedTest
    @MethodSource("io.github.kubeoidc.gateway.conformance.war.ContainerKind#all")
    void contextParametersWin(ContainerKind kind) {
        try (ApiServerStandIn upstream = ApiServerStandIn.start()) {
            Map<String, String> environment =
                    Launcher.with(upstream.environment(), "CLIENT_CACHE_TTL_SECONDS", "111", "LOG_FORMAT", "xml");
            try (ServletContainer container = ServletContainer.start(kind, environment)) {
                assertThatExceptionOfType(GatewayDidNotStart.class)
                        .as("LOG_FORMAT=xml in the environment")
                        .isThrownBy(() -> container.deploy("/refused", Map.of("CACHE_TTL_SECONDS", "-1")))
                        .satisfies(refusal -> assertThat(refusal.errors())
                                .contains("LOG_FORMAT", "\"xml\"", "CACHE_TTL_SECONDS", "\"-1\""));
                assertThatExceptionOfType(GatewayDidNotStart.class)
                        .as("10.1: in a WAR PATH_PREFIX is a configuration error")
                        .isThrownBy(() -> container.deploy(
                                "/refused", Map.of("LOG_FORMAT", "text", "PATH_PREFIX", "/clusters/a")))
                        .satisfies(refusal ->
                                assertThat(refusal.errors()).contains("PATH_PREFIX=\"/clusters/a\"", "context path"));
                int refusedLines = container.output().count();
                try (DeployedGateway root = container.deploy("", Map.of("LOG_FORMAT", "json"));
                        DeployedGateway other = container.deploy(
                                "/clusters/a", Map.of("LOG_FORMAT", "text", "CLIENT_CACHE_TTL_SECONDS", "222"))) {
                    assertThat(refusedLines)
                            .as("lines of a gateway that never was")
                            .isZero();
                    assertThat(container.output().since(0).get(0))
                            .contains("starts with", "LOG_FORMAT=json")
                            .doesNotContain("context_path");
                    Await.until(
                            Duration.ofSeconds(20),
                            "a line that tells which of the two gateways wrote it",
                            () -> other.log().stream()
                                    .anyMatch(line -> line.contains(" INFO [/clusters/a] kube-oidc-gateway ")));
                    assertThat(caching(root)).isEqualTo("public, max-age=111");
                    assertThat(caching(other)).isEqualTo("public, max-age=222");
                    assertThat(Get.status(root, "/refused/healthz"))
                            .as("what is not deployed")
                            .isEqualTo(404);
                }
            }
        }
    }

    private static String caching(DeployedGateway gateway) {
        return Get.from(gateway.baseUri(), ApiServerStandIn.JWKS_PATH).field("Cache-Control");
    }
}
