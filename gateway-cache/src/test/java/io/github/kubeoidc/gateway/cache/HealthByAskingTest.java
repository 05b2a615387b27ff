// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.CacheStatus.HIT;
import static io.github.kubeoidc.gateway.api.CacheStatus.MISS;
import static io.github.kubeoidc.gateway.api.CacheStatus.STALE;
import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertAnswer;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertWaiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CONTRACT 4.1 and 4.2 with the default {@code HEALTH_MAX_STALE_SECONDS=0}: health asks upstream. */
class HealthByAskingTest {
    private final CacheBench bench = new CacheBench();

    // 4.1: "fetch and cache both documents and answer 200 OK"
    @Test
    void aProbeFetchesAndCachesBothDocuments() {
        CompletableFuture<Boolean> health = bench.cache.check();
        bench.source.succeed(DISCOVERY, "{\"d\":1}");
        assertWaiting(health);
        bench.source.succeed(JWKS, "{\"k\":1}");
        assertHealth(health, true);
        assertAnswer(bench.get(DISCOVERY), HIT, "{\"d\":1}");
        assertAnswer(bench.get(JWKS), HIT, "{\"k\":1}");
        assertAsked(1, 1);
    }

    // 4.1: "or 503 where upstream cannot be reached"
    @ParameterizedTest
    @EnumSource
    void healthIsBadIfEitherDocumentCannotBeFetched(DocumentKind failing) {
        CompletableFuture<Boolean> health = bench.cache.check();
        for (DocumentKind kind : DocumentKind.values()) {
            if (kind == failing) {
                bench.source.fail(kind);
            } else {
                bench.source.succeed(kind, "{}");
            }
        }
        assertHealth(health, false);
        assertHealth(bench.cache.check(), false);
    }

    // The second fetch then finds an open connection.
    @Test
    void atAStartOneDocumentIsFetchedAfterTheOtherHoweverManyProbe() {
        bench.cache.check();
        bench.cache.check();
        assertAsked(1, 0);
        bench.source.succeed(DISCOVERY, "{}");
        assertAsked(1, 1);
    }

    @Test
    void atAStartADocumentThatCannotBeFetchedIsNotWaitedForTwiceAndKeepsNothingFromTheOther() {
        CompletableFuture<Boolean> health = bench.cache.check();
        bench.source.fail(DISCOVERY);
        assertHealth(health, false);
        assertAsked(1, 1);
        CompletableFuture<Answer> request = bench.get(JWKS);
        bench.source.succeed(JWKS, "{}");
        assertAnswer(request, MISS, "{}");
    }

    @Test
    void atAStartARequestDoesNotWaitForTheOtherDocument() {
        bench.cache.check();
        bench.get(JWKS);
        assertAsked(1, 1);
    }

    @Test
    void whatIsFreshIsAskedForAllTheSame() {
        bench.load(DISCOVERY, "{}");
        bench.load(JWKS, "{}");
        bench.advance(Duration.ofSeconds(1));
        CompletableFuture<Boolean> health = bench.cache.check();
        assertAsked(2, 2);
        bench.source.succeed(DISCOVERY, "{}");
        bench.source.fail(JWKS);
        assertHealth(health, false);
        assertAnswer(bench.get(JWKS), HIT, "{}");
    }

    // 4.2: "a document fetched (or refused) less than one second ago is not fetched again"
    @Test
    void afterASuccessAProbeAsksAgainOneSecondLaterNotSooner() {
        bench.load(DISCOVERY, "{}");
        bench.load(JWKS, "{}");
        bench.clock.advance(Duration.ofSeconds(1).toNanos() - 1);
        assertHealth(bench.cache.check(), true);
        assertAsked(1, 1);
        bench.clock.advance(1);
        assertWaiting(bench.cache.check());
        assertAsked(2, 2);
    }

    @Test
    void afterARefusalAProbeAsksAgainOneSecondLaterNotSooner() {
        probe(false);
        bench.clock.advance(Duration.ofSeconds(1).toNanos() - 1);
        assertHealth(bench.cache.check(), false);
        assertAsked(1, 1);
        bench.clock.advance(1);
        assertWaiting(bench.cache.check());
        assertAsked(2, 2);
    }

    @Test
    void theSecondCountsFromTheEndOfTheFetch() {
        bench.cache.check();
        bench.advance(Duration.ofSeconds(5));
        bench.source.fail(DISCOVERY);
        bench.source.fail(JWKS);
        bench.advance(Duration.ofMillis(999));
        assertHealth(bench.cache.check(), false);
        assertAsked(1, 1);
    }

    // 3.4: "only a health probe may ask sooner"
    @Test
    void aProbeAsksInSpiteOfTheMemoryOfFailures() {
        for (int i = 0; i < 8; i++) {
            probe(false);
            bench.advance(Duration.ofSeconds(1));
        }
        bench.get(JWKS);
        assertAsked(8, 8);
        probe(true);
        assertAsked(9, 9);
        assertAnswer(bench.get(JWKS), HIT, "{}");
    }

    // 4.2: "fetches are shared"
    @Test
    void probesAndRequestsShareFetches() {
        CompletableFuture<Answer> request = bench.get(JWKS);
        CompletableFuture<Boolean> first = bench.cache.check();
        CompletableFuture<Boolean> second = bench.cache.check();
        CompletableFuture<Answer> late = bench.get(DISCOVERY);
        assertAsked(1, 1);
        bench.source.succeed(DISCOVERY, "{}");
        bench.source.succeed(JWKS, "{}");
        assertHealth(first, true);
        assertHealth(second, true);
        assertAnswer(request, MISS, "{}");
        assertAnswer(late, MISS, "{}");
    }

    // 4.2: "Ten thousand health requests a second cost upstream one fetch per document and second."
    @ParameterizedTest
    @EnumSource(names = {"IO", "TIMEOUT"})
    void tenThousandProbesASecondCostOneFetchPerDocumentAndSecond(Outcome outcome) {
        for (int i = 0; i < 30_000; i++) {
            int before = bench.source.asked(DISCOVERY);
            bench.cache.check();
            if (bench.source.asked(DISCOVERY) > before) {
                bench.source.succeed(DISCOVERY, "{}");
                bench.source.fail(JWKS, outcome);
            }
            bench.advance(Duration.ofNanos(100_000));
        }
        assertAsked(3, 3);
    }

    // The 300 ms are for a client that wants a document: health wants to know of upstream, and waits for that.
    @Test
    void aProbeWaitsForASlowUpstreamThoughThereIsAStaleDocument() {
        bench.load(DISCOVERY, "{}");
        bench.load(JWKS, "{}");
        bench.advance(Duration.ofSeconds(200));
        CompletableFuture<Boolean> health = bench.cache.check();
        bench.advance(Duration.ofSeconds(4));
        assertWaiting(health);
        bench.source.succeed(DISCOVERY, "{}");
        bench.source.succeed(JWKS, "{}");
        assertHealth(health, true);
    }

    @Test
    void aStaleDocumentIsNoSignOfHealth() {
        bench.load(DISCOVERY, "{}");
        bench.load(JWKS, "{}");
        bench.advance(Duration.ofSeconds(200));
        CompletableFuture<Answer> request = bench.get(JWKS);
        CompletableFuture<Boolean> health = bench.cache.check();
        bench.source.succeed(DISCOVERY, "{}");
        bench.source.fail(JWKS);
        assertAnswer(request, STALE, "{}");
        assertHealth(health, false);
    }

    /** CONTRACT 1.7: "nothing leaked": what a probe waits for keeps nothing of the probe. */
    @Test
    void probesThatWaitForTheSameFetchesShareWhatTheyWaitFor() {
        assertThat(bench.cache.check()).isSameAs(bench.cache.check());
        bench.source.succeed(DISCOVERY);
        assertThat(bench.cache.check()).isSameAs(bench.cache.check());
    }

    @Test
    void healthIsGoodAgainOnceUpstreamIs() {
        probe(false);
        bench.advance(Duration.ofSeconds(1));
        probe(true);
        assertHealth(bench.cache.check(), true);
    }

    private void probe(boolean success) {
        CompletableFuture<Boolean> health = bench.cache.check();
        for (DocumentKind kind : DocumentKind.values()) {
            if (success) {
                bench.source.succeed(kind, "{}");
            } else {
                bench.source.fail(kind);
            }
        }
        assertHealth(health, success);
    }

    private static void assertHealth(CompletableFuture<Boolean> health, boolean expected) {
        assertThat(health).isCompletedWithValue(expected);
    }

    private void assertAsked(int discovery, int jwks) {
        assertThat(bench.source.asked(DISCOVERY)).isEqualTo(discovery);
        assertThat(bench.source.asked(JWKS)).isEqualTo(jwks);
    }
}
