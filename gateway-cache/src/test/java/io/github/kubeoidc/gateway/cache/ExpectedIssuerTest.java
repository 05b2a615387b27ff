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
    private static final Duration AGE = Duration.ofSeconds(200);

    private final CacheBench bench = new CacheBench(SETTINGS);

    @Test
    void bothDocumentsOfTheExpectedIssuerAreServed() {
        load(bench);
        assertAnswer(bench.get(DISCOVERY), HIT, "{\"d\":1}");
        assertAnswer(bench.get(JWKS), HIT, "{\"k\":1}");
        assertThat(bench.source.asked(DISCOVERY)).isEqualTo(1);
    }

    @Test
    void neitherDocumentOfAnotherIssuerIsServedOrStored() {
        bench.cache.start();
        CompletableFuture<Answer> discovery = bench.get(DISCOVERY);
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(DISCOVERY, "{}", THEIRS);
        bench.source.succeed(JWKS, "{}");
        assertNothing(discovery);
        assertNothing(jwks);
        assertThat(bench.store.saved).isEmpty();
    }

    // Character for character: what relying parties compare so.
    @ParameterizedTest
    @ValueSource(strings = {OURS + "/", "https://OURS.example", OURS + ":443", "http://ours.example"})
    void whatIsNearlyTheIssuerIsAnother(String issuer) {
        CompletableFuture<Answer> discovery = bench.get(DISCOVERY);
        bench.source.succeed(DISCOVERY, "{}", issuer);
        assertNothing(discovery);
    }

    // 1: a client that asks for the key set first gets none of another cluster's
    @Test
    void aKeySetThatComesFirstWaitsForTheDiscoveryDocument() {
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{\"k\":1}");
        assertThat(bench.source.asked(DISCOVERY)).isEqualTo(1);
        assertWaiting(jwks);
        bench.source.succeed(DISCOVERY, "{}", OURS);
        assertAnswer(jwks, MISS, "{\"k\":1}");
        assertAnswer(bench.get(DISCOVERY), HIT, "{}");
    }

    @Test
    void aKeySetThatComesFirstIsRefusedWithTheDiscoveryDocument() {
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{}");
        bench.source.succeed(DISCOVERY, "{}", THEIRS);
        assertNothing(jwks);
    }

    @Test
    void aKeySetIsRefusedWhileNobodyKnowsWhoseItIs() {
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{}");
        bench.source.fail(DISCOVERY);
        assertNothing(jwks);
        // Both are asked for again, although nobody asks for the discovery document.
        bench.advance(Duration.ofSeconds(1));
        jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{\"k\":2}");
        bench.source.succeed(DISCOVERY, "{}", OURS);
        assertAnswer(jwks, MISS, "{\"k\":2}");
    }

    // Nothing is lost where upstream said before whose the keys are.
    @Test
    void aKeySetIsAcceptedWhileTheDiscoveryDocumentCannotBeFetchedAnyMore() {
        load(bench);
        bench.advance(BEYOND_TTL);
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{\"k\":2}");
        bench.source.fail(DISCOVERY, Outcome.FORBIDDEN);
        assertAnswer(jwks, MISS, "{\"k\":2}");
    }

    // 3.2: "waits at most 300 ms for that fetch and then gets the stale one"
    @Test
    void aDiscoveryDocumentThatHangsDelaysNobodyWhoHasAKeySet() {
        load(bench);
        bench.advance(BEYOND_TTL);
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{\"k\":2}");
        bench.advance(Duration.ofMillis(300));
        assertAnswer(jwks, STALE, "{\"k\":1}");
        bench.source.fail(DISCOVERY, Outcome.TIMEOUT);
        assertAnswer(bench.get(JWKS), HIT, "{\"k\":2}");
    }

    @Test
    void whileUpstreamIsAnotherClusterTheGoodDocumentsAreServedAndAfterwardsTheNewOnes() {
        load(bench);
        bench.advance(BEYOND_TTL);
        // Only the key set is asked for, and shows nobody that it is another cluster's.
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{\"theirs\":1}");
        bench.source.succeed(DISCOVERY, "{\"theirs\":1}", THEIRS);
        assertAnswer(jwks, STALE, "{\"k\":1}");
        assertAnswer(bench.get(DISCOVERY), STALE, "{\"d\":1}");

        // What is no document of anybody's does not make it ours again.
        bench.advance(LONGEST_PAUSE);
        jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{\"theirs\":2}");
        bench.source.fail(DISCOVERY);
        assertAnswer(jwks, STALE, "{\"k\":1}");

        bench.advance(LONGEST_PAUSE);
        jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{\"k\":2}");
        bench.source.succeed(DISCOVERY, "{\"d\":2}", OURS);
        assertAnswer(jwks, MISS, "{\"k\":2}");
        assertAnswer(bench.get(DISCOVERY), HIT, "{\"d\":2}");
        assertThat(bench.store.saved).hasSize(4).noneMatch(saved -> new String(saved.json()).contains("theirs"));
    }

    // 3.6: "at most one fetch per document and 0.8 TTL"
    @ParameterizedTest
    @EnumSource
    void bothAreFetchedTogetherAndNoMoreOftenThanOne(DocumentKind asked) {
        load(bench);
        bench.advance(Duration.ofSeconds(79));
        bench.get(asked);
        assertThat(bench.source.asked(DISCOVERY)).isEqualTo(1);
        bench.advance(Duration.ofSeconds(1));
        bench.get(asked);
        bench.source.succeed(JWKS, "{\"k\":2}");
        bench.source.succeed(DISCOVERY, "{\"d\":2}", OURS);
        assertAnswer(bench.get(DISCOVERY), HIT, "{\"d\":2}");
        assertAnswer(bench.get(JWKS), HIT, "{\"k\":2}");
        assertThat(bench.source.asked(DISCOVERY)).isEqualTo(2);
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
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
        assertThat(each.source.asked(JWKS)).isEqualTo(7);
        assertThat(each.source.asked(DISCOVERY)).isEqualTo(2);
    }

    /** A discovery document that is still fresh does not say who upstream is now. */
    @Test
    void aKeySetIsDecidedOnByADiscoveryDocumentOfTheSameMoment() {
        load(bench);
        bench.advance(BEYOND_TTL);
        CompletableFuture<Answer> discovery = bench.get(DISCOVERY);
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(DISCOVERY, "{\"d\":2}", OURS);
        bench.source.fail(JWKS);
        assertAnswer(discovery, MISS, "{\"d\":2}");
        assertAnswer(jwks, STALE, "{\"k\":1}");
        bench.advance(Duration.ofSeconds(1));
        jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{\"theirs\":1}");
        bench.source.succeed(DISCOVERY, "{}", THEIRS);
        assertAnswer(jwks, STALE, "{\"k\":1}");
        assertAnswer(bench.get(DISCOVERY), HIT, "{\"d\":2}");
    }

    /** An outage ends with another cluster, and the pause of the key set is the shorter one. */
    @Test
    void afterAnOutageNoKeySetIsAskedForBeforeTheDiscoveryDocument() {
        load(bench);
        bench.advance(BEYOND_TTL);
        bench.get(DISCOVERY);
        bench.jitter = 0.9;
        bench.source.fail(JWKS);
        bench.jitter = 0;
        bench.source.fail(DISCOVERY);
        bench.advance(Duration.ofMillis(900));
        assertAnswer(bench.get(JWKS), STALE, "{\"k\":1}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
        bench.advance(Duration.ofSeconds(1));
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{\"theirs\":1}");
        bench.source.succeed(DISCOVERY, "{\"theirs\":1}", THEIRS);
        assertAnswer(jwks, STALE, "{\"k\":1}");
        assertThat(bench.store.saved).hasSize(2);
    }

    // 3.4: "any success ends the memory": the key set is not refused meanwhile, and so not left alone for longer.
    @Test
    void afterAFailedStartBothDocumentsAreThereAsSoonAsOneIsAskedFor() {
        bench.get(DISCOVERY);
        bench.jitter = 0.9;
        bench.source.fail(JWKS);
        bench.jitter = 0;
        bench.source.fail(DISCOVERY);
        bench.advance(Duration.ofMillis(900));
        assertNothing(bench.get(JWKS));
        assertThat(bench.source.asked(JWKS)).isEqualTo(1);
        bench.advance(Duration.ofSeconds(1));
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{\"k\":1}");
        bench.source.succeed(DISCOVERY, "{\"d\":1}", OURS);
        assertAnswer(jwks, MISS, "{\"k\":1}");
        assertAnswer(bench.get(DISCOVERY), HIT, "{\"d\":1}");
    }

    /** What a health probe asks for is decided in the same way. */
    @Test
    void afterAnOutageAKeySetThatAProbeBringsIsRefusedWhileTheDiscoveryDocumentFails() {
        load(bench);
        bench.advance(BEYOND_TTL);
        bench.get(DISCOVERY);
        bench.source.fail(JWKS);
        bench.source.fail(DISCOVERY);
        bench.advance(Duration.ofSeconds(1));
        bench.cache.check();
        bench.source.fail(DISCOVERY);
        bench.source.succeed(JWKS, "{\"theirs\":1}");
        assertAnswer(bench.get(JWKS), STALE, "{\"k\":1}");
    }

    /** Upstream becomes another cluster between the two answers. */
    @Test
    void aDiscoveryDocumentWhoseFetchBeganBeforeThatOfTheKeySetDoesNotDecide() {
        load(bench);
        bench.advance(BEYOND_TTL);
        bench.get(JWKS);
        bench.source.fail(JWKS);
        bench.advance(Duration.ofMillis(500));
        bench.get(DISCOVERY);
        bench.advance(Duration.ofMillis(500));
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{\"theirs\":1}");
        bench.source.succeed(DISCOVERY, "{\"d\":2}", OURS);
        assertWaiting(jwks);
        bench.source.succeed(DISCOVERY, "{\"theirs\":1}", THEIRS);
        assertAnswer(jwks, STALE, "{\"k\":1}");
        assertAnswer(bench.get(DISCOVERY), HIT, "{\"d\":2}");
    }

    /** Both are fetched together, and upstream becomes another cluster before it sends the key set. */
    @Test
    void aDiscoveryDocumentThatCameLongBeforeTheKeySetDoesNotDecideEither() {
        load(bench);
        bench.advance(BEYOND_TTL);
        bench.get(DISCOVERY);
        bench.source.succeed(DISCOVERY, "{\"d\":2}", OURS);
        bench.advance(Duration.ofSeconds(1));
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.succeed(JWKS, "{\"theirs\":1}");
        bench.source.succeed(DISCOVERY, "{\"theirs\":1}", THEIRS);
        assertAnswer(jwks, STALE, "{\"k\":1}");
        assertAnswer(bench.get(DISCOVERY), HIT, "{\"d\":2}");
    }

    /** A key set that would be refused is left alone as long as the discovery document: neither waits for the other's pause. */
    @Test
    void afterAnotherClusterBothDocumentsAreThereAsSoonAsOneIsAskedFor() {
        load(bench);
        bench.advance(BEYOND_TTL);
        bench.get(DISCOVERY);
        bench.jitter = 0.9;
        bench.source.succeed(JWKS, "{\"theirs\":1}");
        bench.jitter = 0;
        bench.source.succeed(DISCOVERY, "{\"theirs\":1}", THEIRS);
        bench.advance(Duration.ofMillis(900));
        int asked = bench.source.asked(JWKS);
        assertAnswer(bench.get(JWKS), STALE, "{\"k\":1}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(asked);
        bench.advance(Duration.ofSeconds(1));
        CompletableFuture<Answer> discovery = bench.get(DISCOVERY);
        bench.source.succeed(JWKS, "{\"k\":2}");
        bench.source.succeed(DISCOVERY, "{\"d\":2}", OURS);
        assertAnswer(discovery, MISS, "{\"d\":2}");
        assertAnswer(bench.get(JWKS), HIT, "{\"k\":2}");
    }

    // 4.2: "one fetch per document and second"
    @Test
    void probesAskForADiscoveryDocumentOnceASecondThoughTheKeySetFails() {
        bench.get(DISCOVERY);
        bench.source.succeed(DISCOVERY, "{\"d\":1}", OURS);
        bench.advance(Duration.ofMillis(100));
        bench.source.fail(JWKS);
        for (int second = 2; second < 10; second++) {
            bench.advance(Duration.ofMillis(900));
            bench.cache.check();
            bench.source.succeed(DISCOVERY, "{\"d\":1}", OURS);
            bench.advance(Duration.ofMillis(100));
            bench.cache.check();
            bench.source.fail(JWKS);
            assertThat(bench.source.asked(DISCOVERY)).isEqualTo(second);
            assertThat(bench.source.asked(JWKS)).isEqualTo(second);
        }
    }

    // 3.10: "after the same validation"; 2.6: "at a start included"
    @Test
    void storedDocumentsOfTheExpectedIssuerAreServed() {
        CacheBench restarted = new CacheBench(SETTINGS, stored(OURS));
        failBoth(restarted);
        assertAnswer(restarted.get(DISCOVERY), STALE, "{\"d\":0}");
        assertAnswer(restarted.get(JWKS), STALE, "{\"k\":0}");
    }

    @Test
    void storedDocumentsOfAnotherIssuerAreNot() {
        CacheBench restarted = new CacheBench(SETTINGS, stored(THEIRS));
        failBoth(restarted);
        assertNothing(restarted.get(DISCOVERY));
        assertNothing(restarted.get(JWKS));
    }

    @Test
    void aStoredKeySetOfWhichNobodyKnowsWhoseItIsIsNotServed() {
        CacheBench restarted = new CacheBench(SETTINGS, new FakeStore().with(JWKS, "{\"k\":0}", AGE));
        restarted.cache.start();
        restarted.source.fail(DISCOVERY);
        restarted.source.succeed(JWKS, "{}");
        assertNothing(restarted.get(JWKS));
    }

    @Test
    void atAStartBeforeAnotherClusterTheStoredDocumentsAreServed() {
        CacheBench restarted = new CacheBench(SETTINGS, stored(OURS));
        restarted.cache.start();
        restarted.source.succeed(DISCOVERY, "{}", THEIRS);
        restarted.source.succeed(JWKS, "{}");
        assertAnswer(restarted.get(DISCOVERY), STALE, "{\"d\":0}");
        assertAnswer(restarted.get(JWKS), STALE, "{\"k\":0}");
    }

    /** What was stored before does not say who upstream is now. */
    @Test
    void atAStartNoKeySetIsAcceptedBeforeADiscoveryDocumentHasCome() {
        FakeStore store = stored(OURS);
        CacheBench restarted = new CacheBench(SETTINGS, store);
        restarted.cache.start();
        restarted.source.fail(DISCOVERY);
        restarted.source.succeed(JWKS, "{\"theirs\":1}");
        assertAnswer(restarted.get(JWKS), STALE, "{\"k\":0}");
        assertThat(store.saved).isEmpty();
        restarted.advance(Duration.ofSeconds(1));
        CompletableFuture<Answer> jwks = restarted.get(JWKS);
        restarted.source.succeed(JWKS, "{\"k\":1}");
        restarted.source.succeed(DISCOVERY, "{\"d\":1}", OURS);
        assertAnswer(jwks, MISS, "{\"k\":1}");
    }

    // 4.1: "503 where upstream cannot be reached"
    @Test
    void healthIsBadBeforeAnotherCluster() {
        CompletableFuture<Boolean> health = bench.cache.check();
        bench.source.succeed(DISCOVERY, "{}", THEIRS);
        bench.source.succeed(JWKS, "{}");
        assertThat(health).isCompletedWithValue(false);
    }

    // "The WARN names both issuers"
    @Test
    void theWarningsNameBothIssuersAndForgeNoLine() {
        try (LogLines log = LogLines.listen()) {
            CompletableFuture<Answer> jwks = bench.get(JWKS);
            bench.source.succeed(JWKS, "{}");
            bench.source.succeed(DISCOVERY, "{}", THEIRS + "\nERROR " + "x".repeat(500));
            assertThat(jwks).isDone();
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
    void theWarningOfAKeySetOfNobodySaysThat() {
        try (LogLines log = LogLines.listen()) {
            bench.get(JWKS);
            bench.source.succeed(JWKS, "{}");
            bench.source.fail(DISCOVERY);
            assertThat(log.lines())
                    .hasSize(2)
                    .last()
                    .asString()
                    .isEqualTo("WARN path=/openid/v1/jwks fetch failed: not a valid document: its issuer is not known,"
                            + " as no discovery document came with it, and EXPECTED_ISSUER is " + OURS
                            + "; there is no document to serve");
        }
    }

    private static void load(CacheBench bench) {
        bench.get(DISCOVERY);
        bench.source.succeed(DISCOVERY, "{\"d\":1}", OURS);
        bench.source.succeed(JWKS, "{\"k\":1}");
    }

    private static void failBoth(CacheBench bench) {
        bench.get(DISCOVERY);
        bench.source.fail(DISCOVERY);
        bench.source.fail(JWKS);
    }

    private static FakeStore stored(String issuer) {
        return new FakeStore().with(DISCOVERY, "{\"d\":0}", AGE, issuer).with(JWKS, "{\"k\":0}", AGE);
    }
}
