// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.checks.Expect;
import io.github.kubeoidc.gateway.conformance.containers.ClusterGateway.Answer;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The API server goes away and comes back; relying parties never notice.
 */
public final class OutageChecks {

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

    private OutageChecks() {}

    /**
     * The checks that kill and pause API servers, which they start for themselves. They measure times: nothing else is to run
     * beside them.
     *
     * @param delivery what to check
     * @return the checks
     */
    public static List<Check> checks(Delivery delivery) {
        return List.of(
                ClusterChecks.check(
                        "3.3",
                        "a real API server is killed and comes back with another signing key, and no request notices",
                        () -> killed(delivery)),
                ClusterChecks.check(
                        "3.2", "a real API server hangs and goes on, and no request notices", () -> hangs(delivery)));
    }

    private static void killed(Delivery delivery) throws Exception {
        int port = ApiServer.freeFixedPort();
        try (ApiServer first = ApiServer.startRekeyed(port);
                ClusterGateway strict = start(delivery, first, STRICT);
                ClusterGateway tolerant = start(delivery, first, TOLERANT);
                Traffic strictTraffic = Traffic.to(strict);
                Traffic tolerantTraffic = Traffic.to(tolerant)) {
            Set<String> oldKeys = keys(strict);

            first.kill();
            staleIsServed(strict, tolerant);
            strictTraffic.waitedLessThan(SLOW);
            tolerantTraffic.waitedLessThan(SLOW);

            try (ApiServer second = ApiServer.startRekeyed(port)) {
                GatewayAccount account = GatewayAccount.createBound(second);
                String token = account.requestToken();
                String newKey = SignedJWT.parse(token).getHeader().getKeyID();
                Expect.holds(!oldKeys.contains(newKey), "the server came back with its old key " + newKey);

                for (ClusterGateway gateway : List.of(strict, tolerant)) {
                    gateway.files().rotate(token, second.caPem());
                    // Kubelet's probes go on, so the memory of failures is not waited out (4.2). Health says that the
                    // other document is back too, which is fetched by itself.
                    Await.until(
                            CACHE_TTL,
                            "health and the new key within the TTL",
                            () -> gateway.health() == 200 && keys(gateway).contains(newKey));
                    Expect.equal(
                            "the subject of a token under the new key",
                            account.subject(),
                            new RelyingParty(gateway).validate(token).getSubject());
                }
                strictTraffic.lostNothing();
                tolerantTraffic.lostNothing();
            }
        }
    }

    private static void hangs(Delivery delivery) {
        try (ApiServer server = ApiServer.start();
                ClusterGateway strict = start(delivery, server, STRICT);
                ClusterGateway tolerant = start(delivery, server, TOLERANT);
                Traffic strictTraffic = Traffic.to(strict);
                Traffic tolerantTraffic = Traffic.to(tolerant)) {
            server.pause();
            staleIsServed(strict, tolerant);
            strictTraffic.waitedLessThan(SLOW);
            tolerantTraffic.waitedLessThan(SLOW);
            for (String path : ApiServer.DOCUMENTS) {
                List<String> warnings = strict.warningsOn(path);
                Expect.holds(
                        warnings.stream().anyMatch(line -> line.contains("timed out after 2s")),
                        "no WARN says 'timed out after 2s': " + warnings);
            }

            server.unpause();
            Await.until(CACHE_TTL, "health after the outage", () -> strict.health() == 200);
            Expect.equal("the status of GET /healthz that tolerates outages", 200, tolerant.health());
            strictTraffic.lostNothing();
            tolerantTraffic.lostNothing();
        }
    }

    private static ClusterGateway start(Delivery delivery, ApiServer server, Map<String, String> settings) {
        return ClusterGateway.startHealthy(delivery, GatewayAccount.createBound(server), settings);
    }

    private static void staleIsServed(ClusterGateway strict, ClusterGateway tolerant) {
        Await.until(OUTAGE_BOUND, "503 on health", () -> strict.health() == 503);
        for (ClusterGateway gateway : List.of(strict, tolerant)) {
            for (String path : ApiServer.DOCUMENTS) {
                Await.until(
                        OUTAGE_BOUND,
                        FAILURES_PER_DOCUMENT + " WARN lines on " + path,
                        () -> gateway.warningsOn(path).size() >= FAILURES_PER_DOCUMENT);
                Expect.equal(
                        "the status of GET " + path + " during an outage",
                        200,
                        gateway.get(path).status());
            }
        }
        Expect.equal("the status of GET /healthz during an outage", 503, strict.health());
        Answer tolerated = tolerant.get("/healthz");
        Expect.equal("the status of GET /healthz that tolerates outages", 200, tolerated.status());
        Expect.holds(
                tolerated.took().compareTo(SLOW) < 0,
                "GET /healthz that tolerates outages took " + tolerated.took().toMillis() + " ms");
    }

    private static Set<String> keys(ClusterGateway gateway) {
        String body = gateway.get(ApiServerStandIn.JWKS_PATH).body();
        try {
            return JWKSet.parse(body).getKeys().stream().map(JWK::getKeyID).collect(Collectors.toSet());
        } catch (ParseException e) {
            throw new AssertionError("GET " + ApiServerStandIn.JWKS_PATH + " is no JWKS: " + body, e);
        }
    }
}
