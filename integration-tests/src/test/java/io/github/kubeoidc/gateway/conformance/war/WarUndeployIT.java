// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
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

    static List<ContainerKind> kinds() {
        return ContainerKind.all();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void leavesNothingBehind(ContainerKind kind) throws Exception {
        try (ServletContainer container = ServletContainer.start(kind, Map.of());
                ApiServerStandIn upstream = ApiServerStandIn.start()) {
            int metricsPort = freePort();
            for (int round = 0; round < 2; round++) {
                // Tomcat's complaints fail the close.
                try (DeployedGateway gateway = container.deploy("/clusters/a", parameters(upstream, metricsPort))) {
                    assertThat(get(gateway, "/readyz").status()).isEqualTo(200);
                    // Section 9 holds here too; the second round binds the same port again.
                    assertThat(scrape(metricsPort)).contains("kube_oidc_gateway_document_age_seconds{");
                    upstream.jwks().fail(Reply.hang());
                    // Twice: TTL 0 answers the second one, stale, while the fetch hangs.
                    assertThat(get(gateway, ApiServerStandIn.JWKS_PATH).status())
                            .isEqualTo(200);
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

    private static Map<String, String> parameters(ApiServerStandIn upstream, int metricsPort) {
        Map<String, String> parameters = new HashMap<>(upstream.environment());
        parameters.put("UPSTREAM_TIMEOUT_SECONDS", "60");
        parameters.put("CACHE_TTL_SECONDS", "0");
        parameters.put("METRICS_PORT", "" + metricsPort);
        return parameters;
    }

    private static String scrape(int port) {
        return RawHttp.exchange(URI.create("http://127.0.0.1:" + port), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
                .text();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static RawResponse get(DeployedGateway gateway, String path) {
        return RawHttp.exchange(gateway.baseUri(), "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    /** On Java 17 the thread of an HTTP client ends when the client has been collected, which the histogram has done. */
    private static List<String> threads(ServletContainer container) {
        container.jcmd("GC.run");
        return container.jcmd("Thread.print").stream()
                .filter(line -> OURS.matcher(line).lookingAt())
                .toList();
    }
}
