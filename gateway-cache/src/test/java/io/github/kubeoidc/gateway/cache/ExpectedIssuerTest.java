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
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.testsupport.LogLines;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * CONTRACT 2.6: "a discovery document with another issuer is refused as in 2.3, and while the newest one that upstream sent
 * was refused for that, its JWKS is refused too, at a start included. So a wrong UPSTREAM_HOST never publishes another
 * cluster's keys."
 */
class ExpectedIssuerTest {
    private static final String OURS = "https://ours.example";
    private static final String THEIRS = "https://theirs.example";
    private static final Map<String, String> SETTINGS = Map.of("EXPECTED_ISSUER", OURS);
    private static final Duration BEYOND_TTL = Duration.ofSeconds(101);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

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
        bench.source.succeed(DISCOVERY, "theirs", THEIRS);
        bench.source.succeed(JWKS, "theirs");
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
        bench.source.succeed(DISCOVERY, "d1", issuer);
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

    // Nothing is lost where upstream said before whose the keys are.
    @Test
    void aKeySetIsAcceptedWhileTheDiscoveryDocumentCannotBeFetchedAnyMore() {
        loadAndGoStale();
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "k2");
        bench.source.fail(DISCOVERY, Outcome.FORBIDDEN);
        assertAnswer(jwks, MISS, "k2");
    }

    // 3.2: "waits at most 300 ms for that fetch and then gets the stale one"
    @Test
    void aDiscoveryDocumentThatHangsDelaysNobodyWhoHasAKeySet() {
        loadAndGoStale();
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "k2");
        bench.advance(Duration.ofMillis(300));
        assertAnswer(jwks, STALE, "k1");
        bench.source.fail(DISCOVERY, Outcome.TIMEOUT);
        assertAnswer(bench.get(JWKS), HIT, "k2");
    }

    @Test
    void whileUpstreamIsAnotherClusterTheGoodDocumentsAreServedAndAfterwardsTheNewOnes() {
        loadAndGoStale();
        // Only the key set is asked for, and shows nobody that it is another cluster's.
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        sendBoth(bench, "theirs", THEIRS);
        assertAnswer(jwks, STALE, "k1");
        assertAnswer(bench.get(DISCOVERY), STALE, "d1");

        // What is no document of anybody's does not make it ours again.
        bench.advance(LONGEST_PAUSE);
        jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "theirs");
        bench.source.fail(DISCOVERY);
        assertAnswer(jwks, STALE, "k1");

        bench.advance(LONGEST_PAUSE);
        jwks = bench.get(JWKS);
        sendBoth(bench, "2", OURS);
        assertAnswer(jwks, MISS, "k2");
        assertAnswer(bench.get(DISCOVERY), HIT, "d2");
        assertThat(bench.store.saved).hasSize(4).noneMatch(saved -> new String(saved.json()).contains("theirs"));
    }

    // 3.6: "at most one fetch per document and 0.8 TTL"
    @ParameterizedTest
    @EnumSource
    void bothAreFetchedTogetherAndNoMoreOftenThanOne(DocumentKind asked) {
        load(bench);
        bench.advance(Duration.ofSeconds(79));
        bench.get(asked);
        bench.assertAsked(1, 1);
        bench.advance(Duration.ofSeconds(1));
        bench.get(asked);
        sendBoth(bench, "2", OURS);
        assertAnswer(bench.get(DISCOVERY), HIT, "d2");
        assertAnswer(bench.get(JWKS), HIT, "k2");
        bench.assertAsked(2, 2);
    }

    // 3.4: "during it … upstream is not asked"
    @Test
    void aDocumentThatFailedIsLeftAloneThoughTheOtherIsFetched() {
        CacheBench each = new CacheBench(Map.of("EXPECTED_ISSUER", OURS, "CACHE_TTL_SECONDS", "0"));
        load(each);
        each.advance(Duration.ofMillis(1));
        each.get(JWKS);
        each.source.succeed(JWKS);
        each.source.fail(DISCOVERY);
        for (int i = 0; i < 5; i++) {
            each.get(JWKS);
            each.source.succeed(JWKS);
        }
        each.assertAsked(2, 7);
    }

    /** A discovery document that is still fresh does not say who upstream is now. */
    @Test
    void aKeySetIsDecidedOnByADiscoveryDocumentOfTheSameMoment() {
        loadAndGoStale();
        CompletableFuture<Answer> discovery = bench.get(DISCOVERY);
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(DISCOVERY, "d2", OURS);
        bench.source.fail(JWKS);
        assertAnswer(discovery, MISS, "d2");
        assertAnswer(jwks, STALE, "k1");
        bench.advance(Duration.ofSeconds(1));
        assertAnotherClustersKeysAreRefused();
    }

    /** Upstream becomes another cluster between the two answers. */
    @Test
    void aDiscoveryDocumentWhoseFetchBeganBeforeThatOfTheKeySetDoesNotDecide() {
        loadAndGoStale();
        bench.get(JWKS);
        bench.source.fail(JWKS);
        bench.advance(Duration.ofMillis(500));
        bench.get(DISCOVERY);
        bench.advance(Duration.ofMillis(500));
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        sendBoth(bench, "2", OURS);
        assertWaiting(jwks);
        bench.source.succeed(DISCOVERY, "theirs", THEIRS);
        assertAnswer(jwks, STALE, "k1");
        assertAnswer(bench.get(DISCOVERY), HIT, "d2");
    }

    /** Both are fetched together, and upstream becomes another cluster before it sends the key set. */
    @Test
    void aDiscoveryDocumentThatCameLongBeforeTheKeySetDoesNotDecideEither() {
        loadAndGoStale();
        bench.get(DISCOVERY);
        bench.source.succeed(DISCOVERY, "d2", OURS);
        bench.advance(Duration.ofSeconds(1));
        assertAnotherClustersKeysAreRefused();
    }

    private void assertAnotherClustersKeysAreRefused() {
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        sendBoth(bench, "theirs", THEIRS);
        assertAnswer(jwks, STALE, "k1");
        assertAnswer(bench.get(DISCOVERY), HIT, "d2");
    }

    /**
     * The pause of the key set is the shorter one, and the key set is not asked for alone. Otherwise it would be refused, and be left
     * alone for longer (3.4: "any success ends the memory").
     */
    @ParameterizedTest(name = "after {0}, when {1} are asked for {2}")
    @CsvSource({
        "a failed start, OURS, JWKS",
        "an outage, OURS, JWKS",
        "an outage, THEIRS, JWKS",
        "another cluster, OURS, DISCOVERY"
    })
    void noKeySetIsAskedForBeforeTheDiscoveryDocumentAndThenBothAre(String before, String cluster, DocumentKind asked) {
        boolean known = !before.equals("a failed start");
        if (known) {
            loadAndGoStale();
        }
        bench.get(DISCOVERY);
        bench.jitter = 0.9;
        if (before.equals("another cluster")) {
            bench.source.succeed(JWKS, "theirs");
            bench.jitter = 0;
            bench.source.succeed(DISCOVERY, "theirs", THEIRS);
        } else {
            bench.source.fail(JWKS);
            bench.jitter = 0;
            bench.source.fail(DISCOVERY);
        }
        bench.advance(Duration.ofMillis(900));
        CompletableFuture<Answer> meanwhile = bench.get(JWKS);
        if (known) {
            assertAnswer(meanwhile, STALE, "k1");
            bench.assertAsked(2, 2);
        } else {
            assertNothing(meanwhile);
            bench.assertAsked(1, 1);
        }

        bench.advance(Duration.ofSeconds(1));
        bench.get(asked);
        if (cluster.equals("OURS")) {
            sendBoth(bench, "2", OURS);
            assertAnswer(bench.get(DISCOVERY), HIT, "d2");
            assertAnswer(bench.get(JWKS), HIT, "k2");
        } else {
            sendBoth(bench, "theirs", THEIRS);
            assertAnswer(bench.get(JWKS), STALE, "k1");
            assertThat(bench.store.saved).hasSize(2);
        }
    }

    /** What a health probe asks for is decided in the same way. */
    @Test
    void afterAnOutageAKeySetThatAProbeBringsIsRefusedWhileTheDiscoveryDocumentFails() {
        loadAndGoStale();
        bench.get(DISCOVERY);
        bench.failBoth();
        bench.advance(Duration.ofSeconds(1));
        bench.cache.check();
        bench.source.fail(DISCOVERY);
        bench.source.succeed(JWKS, "theirs");
        assertAnswer(bench.get(JWKS), STALE, "k1");
    }

    // 4.2: "one fetch per document and second"
    @Test
    void probesAskForADiscoveryDocumentOnceASecondThoughTheKeySetFails() {
        bench.get(DISCOVERY);
        bench.source.succeed(DISCOVERY, "d1", OURS);
        bench.advance(Duration.ofMillis(100));
        bench.source.fail(JWKS);
        for (int second = 2; second < 10; second++) {
            bench.advance(Duration.ofMillis(900));
            bench.cache.check();
            bench.source.succeed(DISCOVERY, "d1", OURS);
            bench.advance(Duration.ofMillis(100));
            bench.cache.check();
            bench.source.fail(JWKS);
            bench.assertAsked(second, second);
        }
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
        restarted.source.fail(DISCOVERY);
        restarted.source.succeed(JWKS, "k1");
        assertNothing(restarted.get(JWKS));
    }

    @Test
    void atAStartBeforeAnotherClusterTheStoredDocumentsAreServed() {
        CacheBench restarted = new CacheBench(SETTINGS, stored(OURS));
        restarted.cache.start();
        restarted.source.succeed(DISCOVERY, "theirs", THEIRS);
        restarted.source.succeed(JWKS, "theirs");
        assertAnswer(restarted.get(DISCOVERY), STALE, "d0");
        assertAnswer(restarted.get(JWKS), STALE, "k0");
    }

    /** What was stored before does not say who upstream is now. */
    @Test
    void atAStartNoKeySetIsAcceptedBeforeADiscoveryDocumentHasCome() {
        CacheBench restarted = new CacheBench(SETTINGS, stored(OURS));
        restarted.cache.start();
        restarted.source.fail(DISCOVERY);
        restarted.source.succeed(JWKS, "theirs");
        assertAnswer(restarted.get(DISCOVERY), STALE, "d0");
        assertAnswer(restarted.get(JWKS), STALE, "k0");
        assertThat(restarted.store.saved).isEmpty();
        restarted.advance(Duration.ofSeconds(1));
        CompletableFuture<Answer> jwks = restarted.get(JWKS);
        sendBoth(restarted, "1", OURS);
        assertAnswer(jwks, MISS, "k1");
    }

    private void loadAndGoStale() {
        load(bench);
        bench.advance(BEYOND_TTL);
    }

    private static void load(CacheBench bench) {
        bench.get(DISCOVERY);
        bench.source.succeed(DISCOVERY, "d1", OURS);
        bench.source.succeed(JWKS, "k1");
    }

    /** Upstream sends both documents that are asked for; the key set is the quicker one. */
    private static void sendBoth(CacheBench bench, String version, String issuer) {
        bench.source.succeed(JWKS, "k" + version);
        bench.source.succeed(DISCOVERY, "d" + version, issuer);
    }

    private static FakeStore stored(String issuer) {
        return new FakeStore().with(DISCOVERY, "d0", BEYOND_TTL, issuer).with(JWKS, "k0", BEYOND_TTL);
    }
}
