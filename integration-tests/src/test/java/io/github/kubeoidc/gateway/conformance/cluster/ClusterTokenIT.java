// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The token is replaced, as kubelet does it long before it expires (CONTRACT 3.9). */
@ExtendWith(ClusterExtension.class)
class ClusterTokenIT {

    // The server remembers for about ten seconds that a token was good.
    private static final Duration TOKEN_DEATH = Duration.ofSeconds(60);

    @Test
    void noRequestLosesADocumentWhileTheTokenIsReplaced(ApiServer server, @TempDir Path volume) {
        GatewayAccount account = GatewayAccount.createBound(server);
        String oldToken = account.requestToken();
        try (ClusterGateway gateway = ClusterGateway.startHealthy(account, volume, Map.of("CACHE_TTL_SECONDS", "0"))) {
            // The very token that is asked about below: the server forgets each one at its own time.
            gateway.volume().publish(oldToken, server.caPem());
            assertThat(gateway.health()).isEqualTo(200);
            String newToken;
            try (Traffic traffic = Traffic.to(gateway)) {
                account.recreate();
                newToken = account.requestToken();
                gateway.volume().publish(newToken, server.caPem());
                Await.until(
                        TOKEN_DEATH,
                        "the old token to be refused",
                        () -> server.status(ApiServer.JWKS, oldToken) == 401);

                // A stale document would be served with 200 too; health tells a fetch with the new token from that.
                Await.until(Duration.ofSeconds(5), "health after the swap", () -> gateway.health() == 200);
                List<ClusterGateway.Answer> answers = traffic.stop();
                assertThat(answers).isNotEmpty();
                assertThat(answers).filteredOn(answer -> answer.status() != 200).isEmpty();
            }
            for (String token : List.of(oldToken, newToken)) {
                assertThat(gateway.log()).noneMatch(line -> line.contains(token));
            }
        }
    }
}
