// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.kubeoidc.gateway.conformance.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The ClusterRole: what happens without it (CONTRACT 1.5, 3.4, 4.1, 6.3), and what it grants. */
@ExtendWith(ClusterExtension.class)
class ClusterRoleIT {

    @Test
    void withoutItNothingIsServedAndTheLogSaysWhyAndWithItTheGatewayRecovers(ApiServer server, @TempDir Path volume) {
        GatewayAccount account = GatewayAccount.create(server);
        try (ClusterGateway gateway = ClusterGateway.start(account, volume, Map.of())) {
            assertThat(gateway.health()).isEqualTo(503);
            for (String path : ApiServer.DOCUMENTS) {
                Await.until(Duration.ofSeconds(45), "a warning that names the ClusterRole on " + path, () -> {
                    assertThat(gateway.get(path).status()).isEqualTo(502);
                    return gateway.warningsOn(path).stream()
                            .anyMatch(line -> line.contains("403: is the ClusterRole bound?"));
                });
            }

            account.bind();

            // Without a health probe, only the memory of failures (30 s at most, with jitter) stands between.
            for (String path : ApiServer.DOCUMENTS) {
                Await.until(
                        Duration.ofSeconds(45), path, () -> gateway.get(path).status() == 200);
            }
            assertThat(gateway.health()).isEqualTo(200);
        }
    }

    @Test
    void itGrantsTheTwoDocumentsAndNothingElse(ApiServer server) {
        GatewayAccount account = GatewayAccount.create(server);
        String token = account.requestToken();
        try (KubernetesClient client = server.clientWith(token)) {
            GrantedRules without = GrantedRules.of(client, account.namespace());

            account.bind();

            Set<Map.Entry<String, String>> granted = Await.value(Duration.ofSeconds(10), "the binding to count", () -> {
                Set<Map.Entry<String, String>> more =
                        GrantedRules.of(client, account.namespace()).pathsBeyond(without);
                return more.isEmpty() ? null : more;
            });
            assertThat(granted)
                    .containsExactlyInAnyOrder(entry("get", ApiServer.DISCOVERY), entry("get", ApiServer.JWKS));
            assertThat(GrantedRules.of(client, account.namespace()).resources()).isEqualTo(without.resources());
        }
        assertThat(server.status(ApiServer.JWKS, token)).isEqualTo(200);
        assertThat(server.status("/api/v1/secrets", token)).isEqualTo(403);
        assertThat(server.status("/metrics", token)).isEqualTo(403);
    }
}
