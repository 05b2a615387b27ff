// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.nimbusds.jose.proc.BadJWSException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What the gateway exists for: both documents of a cluster whose API server shows them to nobody (CONTRACT 1 and 2). */
@ExtendWith(ClusterExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterDocumentsIT {

    @SuppressWarnings("unused") // by @FieldSource
    private static final Iterable<String> DOCUMENTS = ApiServer.DOCUMENTS;

    private ApiServer server;
    private GatewayAccount account;
    private ClusterGateway gateway;

    @BeforeAll
    void start(ApiServer shared, @TempDir Path volume) {
        server = shared;
        account = GatewayAccount.createBound(server);
        gateway = ClusterGateway.start(account, volume, Map.of());
    }

    @AfterAll
    void stop() {
        if (gateway != null) {
            gateway.close();
        }
    }

    @ParameterizedTest
    @FieldSource("DOCUMENTS")
    void theApiServerShowsNothingWithoutAToken(String path) {
        assertThat(server.status(path, null)).isEqualTo(401);
    }

    @ParameterizedTest
    @FieldSource("DOCUMENTS")
    void theGatewayServesWhatTheApiServerShowsToAnAdmin(String path) {
        ClusterGateway.Answer answer = gateway.get(path);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(json(answer.body())).isEqualTo(json(server.admin().raw(path)));
    }

    @ParameterizedTest
    @FieldSource("DOCUMENTS")
    void withoutPrettyPrintingItIsByteForByteTheSame(String path, @TempDir Path volume) {
        try (ClusterGateway plain = ClusterGateway.start(account, volume, Map.of("PRETTY_PRINT_JSON", "false"))) {
            assertThat(plain.get(path).body()).isEqualTo(server.admin().raw(path));
        }
    }

    @Test
    void healthIsGood() {
        assertThat(gateway.health()).isEqualTo(200);
    }

    @Test
    void aRelyingPartyAcceptsATokenOfTheCluster() throws Exception {
        String token = account.requestToken();

        assertThat(new RelyingParty(gateway).validate(token).getSubject()).isEqualTo(account.subject());
    }

    @Test
    void aRelyingPartyRefusesATokenThatWasTamperedWith() {
        String[] parts = account.requestToken().split("\\.");
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String promoted = claims.replace(account.subject(), "system:serviceaccount:kube-system:" + GatewayAccount.NAME);
        assertThat(promoted).isNotEqualTo(claims);
        String tampered = parts[0] + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(promoted.getBytes(StandardCharsets.UTF_8))
                + "." + parts[2];

        assertThatThrownBy(() -> new RelyingParty(gateway).validate(tampered)).isInstanceOf(BadJWSException.class);
    }

    private static JsonObject json(String text) {
        return new Gson().fromJson(text, JsonObject.class);
    }
}
