// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.kubeoidc.gateway.conformance.Await;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterGateway.Answer;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The API server goes away and comes back; relying parties never notice (CONTRACT 3.2 to 3.4, 3.9, 4.1 and 4.3). */
@ExtendWith(ClusterExtension.class)
@Isolated("it measures times")
class ClusterOutageIT {

    private static final Duration CACHE_TTL = Duration.ofSeconds(5);
    private static final Map<String, String> STRICT =
            Map.of("CACHE_TTL_SECONDS", Long.toString(CACHE_TTL.toSeconds()), "UPSTREAM_TIMEOUT_SECONDS", "2");
    private static final Map<String, String> TOLERANT = Map.of(
            "CACHE_TTL_SECONDS", Long.toString(CACHE_TTL.toSeconds()),
            "UPSTREAM_TIMEOUT_SECONDS", "2",
            "HEALTH_MAX_STALE_SECONDS", "3600");

    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final Duration OUTAGE_BOUND = Duration.ofSeconds(60);
    private static final int FAILURES_PER_DOCUMENT = 2;

    @Test
    void itIsKilledAndComesBackWithAnotherSigningKey(@TempDir Path strictVolume, @TempDir Path tolerantVolume)
            throws Exception {
        int port = ApiServer.freeFixedPort();
        try (ApiServer first = ApiServer.startRekeyed(port);
                ClusterGateway strict = start(first, strictVolume, STRICT);
                ClusterGateway tolerant = start(first, tolerantVolume, TOLERANT);
                Traffic strictTraffic = Traffic.to(strict);
                Traffic tolerantTraffic = Traffic.to(tolerant)) {
            Set<String> oldKeys = keys(strict);

            first.kill();
            assertStaleButServed(strict, tolerant);
            assertNobodyWaited(strictTraffic);
            assertNobodyWaited(tolerantTraffic);

            try (ApiServer second = ApiServer.startRekeyed(port)) {
                GatewayAccount account = GatewayAccount.createBound(second);
                String token = account.requestToken();
                String newKey = SignedJWT.parse(token).getHeader().getKeyID();
                assertThat(oldKeys).doesNotContain(newKey);

                for (ClusterGateway gateway : List.of(strict, tolerant)) {
                    gateway.volume().publish(token, second.caPem());
                    // Kubelet's probes go on, so the memory of failures is not waited out (CONTRACT 4.2). Health says
                    // that the other document is back too, which is fetched by itself.
                    Await.until(
                            CACHE_TTL,
                            "health and the new key within the TTL",
                            () -> gateway.health() == 200 && keys(gateway).contains(newKey));
                    assertThat(new RelyingParty(gateway).validate(token).getSubject())
                            .isEqualTo(account.subject());
                }
                assertNobodyLostADocument(strictTraffic);
                assertNobodyLostADocument(tolerantTraffic);
            }
        }
    }

    @Test
    void itHangsAndGoesOn(@TempDir Path strictVolume, @TempDir Path tolerantVolume) {
        try (ApiServer server = ApiServer.start();
                ClusterGateway strict = start(server, strictVolume, STRICT);
                ClusterGateway tolerant = start(server, tolerantVolume, TOLERANT);
                Traffic strictTraffic = Traffic.to(strict);
                Traffic tolerantTraffic = Traffic.to(tolerant)) {
            server.pause();
            assertStaleButServed(strict, tolerant);
            assertNobodyWaited(strictTraffic);
            assertNobodyWaited(tolerantTraffic);
            for (String path : ApiServer.DOCUMENTS) {
                assertThat(strict.warningsOn(path))
                        .anySatisfy(line -> assertThat(line).contains("timed out after 2s"));
            }

            server.unpause();
            Await.until(CACHE_TTL, "health after the outage", () -> strict.health() == 200);
            assertThat(tolerant.health()).isEqualTo(200);
            assertNobodyLostADocument(strictTraffic);
            assertNobodyLostADocument(tolerantTraffic);
        }
    }

    private static ClusterGateway start(ApiServer server, Path volume, Map<String, String> settings) {
        return ClusterGateway.startHealthy(GatewayAccount.createBound(server), volume, settings);
    }

    private static void assertStaleButServed(ClusterGateway strict, ClusterGateway tolerant) {
        Await.until(OUTAGE_BOUND, "503 on health", () -> strict.health() == 503);
        for (ClusterGateway gateway : List.of(strict, tolerant)) {
            for (String path : ApiServer.DOCUMENTS) {
                Await.until(
                        OUTAGE_BOUND,
                        "warnings on " + path,
                        () -> gateway.warningsOn(path).size() >= FAILURES_PER_DOCUMENT);
                assertThat(gateway.get(path).status()).isEqualTo(200);
            }
        }
        assertThat(strict.health()).isEqualTo(503);
        Answer tolerated = tolerant.get("/healthz");
        assertThat(tolerated.status()).isEqualTo(200);
        assertThat(tolerated.took()).isLessThan(SLOW);
    }

    private static void assertNobodyWaited(Traffic traffic) {
        assertThat(traffic.answers())
                .filteredOn(answer -> answer.took().compareTo(SLOW) >= 0)
                .isEmpty();
    }

    private static void assertNobodyLostADocument(Traffic traffic) {
        List<Answer> answers = traffic.stop();
        assertThat(answers).hasSizeGreaterThan(FAILURES_PER_DOCUMENT);
        assertThat(answers).filteredOn(answer -> answer.status() != 200).isEmpty();
    }

    private static Set<String> keys(ClusterGateway gateway) {
        try {
            return JWKSet.parse(gateway.get(ApiServer.JWKS).body()).getKeys().stream()
                    .map(JWK::getKeyID)
                    .collect(Collectors.toSet());
        } catch (ParseException e) {
            throw new AssertionError("not a JWKS", e);
        }
    }
}
