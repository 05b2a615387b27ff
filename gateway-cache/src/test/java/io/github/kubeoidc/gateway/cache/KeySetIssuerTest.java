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
import static io.github.kubeoidc.gateway.cache.ExpectedIssuerTest.BEYOND_TTL;
import static io.github.kubeoidc.gateway.cache.ExpectedIssuerTest.OURS;
import static io.github.kubeoidc.gateway.cache.ExpectedIssuerTest.SETTINGS;
import static io.github.kubeoidc.gateway.cache.ExpectedIssuerTest.THEIRS;
import static io.github.kubeoidc.gateway.cache.ExpectedIssuerTest.load;
import static io.github.kubeoidc.gateway.cache.ExpectedIssuerTest.sendBoth;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * CONTRACT 2.6: "while the newest one that upstream sent was refused for that, its JWKS is refused too": which discovery document
 * decides on a key set, and when both are fetched for that.
 */
class KeySetIssuerTest {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final CacheBench bench = new CacheBench(SETTINGS);

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
    void aKeySetIsNotDecidedOnByADiscoveryDocumentFromBefore() {
        loadAndGoStale();
        CompletableFuture<Answer> discovery = bench.get(DISCOVERY);
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        bench.source.fail(JWKS);
        bench.source.succeed(DISCOVERY, "d2", OURS);
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
    @ParameterizedTest
    @EnumSource
    void theDiscoveryDocumentIsAskedForOnceTheKeySetIsThere(DocumentKind asked) {
        loadAndGoStale();
        bench.get(asked);
        bench.assertAsked(1, 2);
        sendBoth(bench, "theirs", THEIRS);
        bench.assertAsked(2, 2);
        assertAnswer(bench.get(DISCOVERY), STALE, "d1");
        assertAnswer(bench.get(JWKS), STALE, "k1");
    }

    // A key set that cannot be had takes no discovery document away.
    @Test
    void theDiscoveryDocumentIsAskedForOnceTheKeySetHasFailed() {
        CompletableFuture<Answer> discovery = bench.get(DISCOVERY);
        bench.assertAsked(0, 1);
        bench.source.fail(JWKS, Outcome.TIMEOUT);
        bench.source.succeed(DISCOVERY, "d1", OURS);
        assertAnswer(discovery, MISS, "d1");
        assertNothing(bench.get(JWKS));
    }

    /** A key set that hangs delays the discovery document by a second, and is decided on by another one if it comes. */
    @Test
    void theDiscoveryDocumentIsAskedForAfterASecondWithoutAKeySet() {
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        CompletableFuture<Answer> discovery = bench.get(DISCOVERY);
        bench.advance(Duration.ofMillis(999));
        bench.assertAsked(0, 1);
        bench.advance(Duration.ofMillis(1));
        bench.source.succeed(DISCOVERY, "d1", OURS);
        assertAnswer(discovery, MISS, "d1");
        bench.source.succeed(JWKS, "k1");
        bench.assertAsked(2, 1);
        assertWaiting(jwks);
        bench.source.succeed(DISCOVERY, "theirs", THEIRS);
        assertNothing(jwks);
    }

    // 3.6; a request for the one comes while the fetch of the other begins
    @Test
    void bothAreFetchedOnceThoughTheyAreAskedForAtTheSameMoment() {
        loadAndGoStale();
        bench.source.onFetch(JWKS, () -> bench.get(DISCOVERY));
        bench.get(JWKS);
        sendBoth(bench, "2", OURS);
        assertAnswer(bench.get(DISCOVERY), HIT, "d2");
        assertAnswer(bench.get(JWKS), HIT, "k2");
        bench.assertAsked(2, 2);
    }

    // 4.2: "one fetch per document and second", also when the pause of the key set is the longer one
    @Test
    void theProbeThatFindsUpstreamBackAsksForBothOnce() {
        loadAndGoStale();
        bench.get(DISCOVERY);
        bench.failBoth();
        bench.advance(Duration.ofSeconds(1));
        bench.get(DISCOVERY);
        bench.failBoth();
        bench.advance(Duration.ofMillis(1500));
        CompletableFuture<Boolean> health = bench.cache.check();
        sendBoth(bench, "2", OURS);
        assertThat(health).isCompletedWithValue(true);
        assertAnswer(bench.get(DISCOVERY), HIT, "d2");
        assertAnswer(bench.get(JWKS), HIT, "k2");
        bench.assertAsked(4, 4);
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
        if (before.equals("another cluster")) {
            // The discovery document decides, and so is refused first.
            bench.nextJitters.addAll(List.of(0.0, 0.9));
            sendBoth(bench, "theirs", THEIRS);
        } else {
            bench.nextJitters.addAll(List.of(0.9, 0.0));
            bench.failBoth();
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

    /** An outage in which no fetch even begins, as the system has no thread to give. */
    @Test
    void afterAFetchThatDidNotBeginAKeySetIsRefusedWhileTheDiscoveryDocumentFails() {
        loadAndGoStale();
        bench.source.turn(CacheModel.Upstream.BREAKS);
        bench.get(DISCOVERY);
        bench.source.turn(CacheModel.Upstream.HANGS);
        bench.advance(Duration.ofSeconds(1));
        bench.get(DISCOVERY);
        bench.source.succeed(JWKS, "theirs");
        bench.source.fail(DISCOVERY);
        assertAnswer(bench.get(JWKS), STALE, "k1");
    }

    /** What a health probe asks for is decided in the same way. */
    @Test
    void afterAnOutageAKeySetThatAProbeBringsIsRefusedWhileTheDiscoveryDocumentFails() {
        loadAndGoStale();
        bench.get(DISCOVERY);
        bench.failBoth();
        bench.advance(Duration.ofSeconds(1));
        bench.cache.check();
        bench.source.succeed(JWKS, "theirs");
        bench.source.fail(DISCOVERY);
        assertAnswer(bench.get(JWKS), STALE, "k1");
    }

    // 4.2: "one fetch per document and second"
    @Test
    void probesAskForADiscoveryDocumentOnceASecondThoughTheKeySetFails() {
        bench.get(DISCOVERY);
        bench.source.fail(JWKS);
        bench.advance(Duration.ofMillis(100));
        bench.source.succeed(DISCOVERY, "d1", OURS);
        for (int second = 2; second < 10; second++) {
            bench.advance(Duration.ofMillis(900));
            bench.cache.check();
            bench.source.fail(JWKS);
            bench.advance(Duration.ofMillis(100));
            bench.cache.check();
            bench.source.succeed(DISCOVERY, "d1", OURS);
            bench.assertAsked(second, second);
        }
    }

    private void loadAndGoStale() {
        load(bench);
        bench.advance(BEYOND_TTL);
    }
}
