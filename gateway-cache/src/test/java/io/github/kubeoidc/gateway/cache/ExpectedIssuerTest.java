// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.CacheStatus.HIT;
import static io.github.kubeoidc.gateway.api.CacheStatus.MISS;
import static io.github.kubeoidc.gateway.api.CacheStatus.STALE;
import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertAnswer;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertNothing;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertWaiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.testsupport.LogLines;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * CONTRACT 2.6: "a discovery document with another issuer is refused as in 2.3, and while the newest one that upstream sent
 * was refused for that, its JWKS is refused too, at a start included. So a wrong UPSTREAM_HOST never publishes another
 * cluster's keys."
 */
class ExpectedIssuerTest {
    static final String OURS = "https://ours.example";
    static final String THEIRS = "https://theirs.example";
    static final Map<String, String> SETTINGS = Map.of("EXPECTED_ISSUER", OURS);
    static final Duration BEYOND_TTL = Duration.ofSeconds(101);

    private final CacheBench bench = new CacheBench(SETTINGS);

    @Test
    void bothDocumentsOfTheExpectedIssuerAreServed() {
        load(bench);
        assertAnswer(bench.get(DISCOVERY), HIT, "d1");
        assertAnswer(bench.get(JWKS), HIT, "k1");
        bench.assertAsked(1, 1);
    }

    // 4.1: "503 where upstream cannot be reached"
    @Test
    void neitherDocumentOfAnotherIssuerIsServedOrStoredAndHealthIsBad() {
        CompletableFuture<Boolean> health = bench.cache.check();
        CompletableFuture<Answer> discovery = bench.get(DISCOVERY);
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        sendBoth(bench, "theirs", THEIRS);
        assertNothing(discovery);
        assertNothing(jwks);
        assertThat(health).isCompletedWithValue(false);
        assertThat(bench.store.saved).isEmpty();
    }

    // Character for character: what relying parties compare so.
    @ParameterizedTest
    @ValueSource(strings = {OURS + "/", "https://OURS.example", OURS + ":443", "http://ours.example"})
    void whatIsNearlyTheIssuerIsAnother(String issuer) {
        CompletableFuture<Answer> discovery = bench.get(DISCOVERY);
        sendBoth(bench, "1", issuer);
        assertNothing(discovery);
    }

    // 1: a client that asks for the key set first gets none of another cluster's
    @Test
    void aKeySetThatComesFirstWaitsForTheDiscoveryDocument() {
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "k1");
        bench.assertAsked(1, 1);
        assertWaiting(jwks);
        bench.source.succeed(DISCOVERY, "d1", OURS);
        assertAnswer(jwks, MISS, "k1");
        assertAnswer(bench.get(DISCOVERY), HIT, "d1");
    }

    // "The WARN names both issuers"
    @Test
    void aKeySetThatComesFirstIsRefusedWithTheDiscoveryDocumentByWarningsThatNameBothIssuersAndForgeNoLine() {
        try (LogLines log = LogLines.listen()) {
            CompletableFuture<Answer> jwks = bench.get(JWKS);
            sendBoth(bench, "1", THEIRS + "\nERROR " + "x".repeat(500));
            assertNothing(jwks);
            String theirs = THEIRS + "\\u000aERROR\\u0020" + "x".repeat(217);
            assertThat(log.lines())
                    .containsExactly(
                            "WARN path=/.well-known/openid-configuration fetch failed: not a valid document: its issuer"
                                    + " is " + theirs + ", and EXPECTED_ISSUER is " + OURS
                                    + "; there is no document to serve",
                            "WARN path=/openid/v1/jwks fetch failed: not a valid document: the issuer beside it is "
                                    + theirs + ", and EXPECTED_ISSUER is " + OURS + "; there is no document to serve");
        }
    }

    @Test
    void aKeySetIsRefusedWhileNobodyKnowsWhoseItIsAndTheWarningSaysThat() {
        try (LogLines log = LogLines.listen()) {
            CompletableFuture<Answer> jwks = bench.get(JWKS);
            bench.source.succeed(JWKS, "k1");
            bench.source.fail(DISCOVERY);
            assertNothing(jwks);
            assertThat(log.lines())
                    .hasSize(2)
                    .last()
                    .isEqualTo("WARN path=/openid/v1/jwks fetch failed: not a valid document: its issuer is not known,"
                            + " as no discovery document came with it, and EXPECTED_ISSUER is " + OURS
                            + "; there is no document to serve");
        }
        // Both are asked for again, although nobody asks for the discovery document.
        bench.advance(Duration.ofSeconds(1));
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        sendBoth(bench, "2", OURS);
        assertAnswer(jwks, MISS, "k2");
    }

    // 3.10: "after the same validation"; 2.6: "at a start included"
    @Test
    void storedDocumentsOfAnotherIssuerAreNotServed() {
        CacheBench restarted = new CacheBench(SETTINGS, stored(THEIRS));
        restarted.cache.start();
        restarted.failBoth();
        assertNothing(restarted.get(DISCOVERY));
        assertNothing(restarted.get(JWKS));
    }

    @Test
    void aStoredKeySetOfWhichNobodyKnowsWhoseItIsIsNotServed() {
        CacheBench restarted = new CacheBench(SETTINGS, new FakeStore().with(JWKS, "k0", BEYOND_TTL));
        restarted.cache.start();
        restarted.source.succeed(JWKS, "k1");
        restarted.source.fail(DISCOVERY);
        assertNothing(restarted.get(JWKS));
    }

    @Test
    void atAStartBeforeAnotherClusterTheStoredDocumentsAreServed() {
        CacheBench restarted = new CacheBench(SETTINGS, stored(OURS));
        restarted.cache.start();
        sendBoth(restarted, "theirs", THEIRS);
        assertAnswer(restarted.get(DISCOVERY), STALE, "d0");
        assertAnswer(restarted.get(JWKS), STALE, "k0");
    }

    /** What was stored before does not say who upstream is now. */
    @Test
    void atAStartNoKeySetIsAcceptedBeforeADiscoveryDocumentHasCome() {
        CacheBench restarted = new CacheBench(SETTINGS, stored(OURS));
        restarted.cache.start();
        restarted.source.succeed(JWKS, "theirs");
        restarted.source.fail(DISCOVERY);
        assertAnswer(restarted.get(DISCOVERY), STALE, "d0");
        assertAnswer(restarted.get(JWKS), STALE, "k0");
        assertThat(restarted.store.saved).isEmpty();
        restarted.advance(Duration.ofSeconds(1));
        CompletableFuture<Answer> jwks = restarted.get(JWKS);
        sendBoth(restarted, "1", OURS);
        assertAnswer(jwks, MISS, "k1");
    }

    static void load(CacheBench bench) {
        bench.get(DISCOVERY);
        sendBoth(bench, "1", OURS);
    }

    /** Upstream sends both documents, the key set first: the discovery document is asked for after that. */
    static void sendBoth(CacheBench bench, String version, String issuer) {
        bench.source.succeed(JWKS, "k" + version);
        bench.source.succeed(DISCOVERY, "d" + version, issuer);
    }

    private static FakeStore stored(String issuer) {
        return new FakeStore().with(DISCOVERY, "d0", BEYOND_TTL, issuer).with(JWKS, "k0", BEYOND_TTL);
    }
}
