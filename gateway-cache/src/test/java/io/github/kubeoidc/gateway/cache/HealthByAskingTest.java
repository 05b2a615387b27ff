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
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(health).isCompletedWithValue(true);
        assertAnswer(bench.get(DISCOVERY), HIT, "{\"d\":1}");
        assertAnswer(bench.get(JWKS), HIT, "{\"k\":1}");
        bench.assertAsked(1, 1);
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
                bench.source.succeed(kind);
            }
        }
        assertThat(health).isCompletedWithValue(false);
        bench.assertHealth(false);
    }

    // The second fetch then finds an open connection.
    @Test
    void atAStartOneDocumentIsFetchedAfterTheOtherHoweverManyProbe() {
        bench.cache.check();
        bench.cache.check();
        bench.assertAsked(1, 0);
        bench.source.succeed(DISCOVERY);
        bench.assertAsked(1, 1);
    }

    @Test
    void atAStartADocumentThatCannotBeFetchedIsNotWaitedForTwiceAndKeepsNothingFromTheOther() {
        CompletableFuture<Boolean> health = bench.cache.check();
        bench.source.fail(DISCOVERY);
        assertThat(health).isCompletedWithValue(false);
        bench.assertAsked(1, 1);
        CompletableFuture<Answer> request = bench.get(JWKS);
        bench.source.succeed(JWKS, "{}");
        assertAnswer(request, MISS, "{}");
    }

    // 4.2: "a document fetched (or refused) less than one second ago is not fetched again", though it is fresh, from
    // the
    // end of the fetch on
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aProbeAsksAgainOneSecondAfterTheEndOfAFetchNotSooner(boolean good) {
        bench.cache.check();
        bench.advance(Duration.ofSeconds(5));
        end(good);
        bench.clock.advance(Duration.ofSeconds(1).toNanos() - 1);
        bench.assertHealth(good);
        bench.assertAsked(1, 1);
        bench.clock.advance(1);
        CompletableFuture<Boolean> health = bench.cache.check();
        assertWaiting(health);
        bench.assertAsked(2, 2);
        end(!good);
        assertThat(health).isCompletedWithValue(!good);
        bench.assertHealth(!good);
        if (good) {
            assertAnswer(bench.get(JWKS), HIT, "2");
        }
    }

    // 3.4: "only a health probe may ask sooner"
    @Test
    void aProbeAsksInSpiteOfTheMemoryOfFailures() {
        for (int i = 0; i < 8; i++) {
            bench.cache.check();
            end(false);
            bench.advance(Duration.ofSeconds(1));
        }
        bench.get(JWKS);
        bench.assertAsked(8, 8);
        bench.cache.check();
        end(true);
        bench.assertHealth(true);
        bench.assertAsked(9, 9);
        assertAnswer(bench.get(JWKS), HIT, "2");
    }

    // 4.2: "fetches are shared"; a request does not wait for the other document's
    @Test
    void probesAndRequestsShareFetches() {
        CompletableFuture<Boolean> first = bench.cache.check();
        CompletableFuture<Answer> request = bench.get(JWKS);
        CompletableFuture<Boolean> second = bench.cache.check();
        CompletableFuture<Answer> late = bench.get(DISCOVERY);
        bench.assertAsked(1, 1);
        end(true);
        assertThat(first).isCompletedWithValue(true);
        assertThat(second).isCompletedWithValue(true);
        assertAnswer(request, MISS, "2");
        assertAnswer(late, MISS, "1");
    }

    // 4.2: "Ten thousand health requests a second cost upstream one fetch per document and second."
    @ParameterizedTest
    @EnumSource(names = {"IO", "TIMEOUT"})
    void tenThousandProbesASecondCostOneFetchPerDocumentAndSecond(Outcome outcome) {
        for (int i = 0; i < 30_000; i++) {
            int before = bench.source.asked(DISCOVERY);
            bench.cache.check();
            if (bench.source.asked(DISCOVERY) > before) {
                bench.source.succeed(DISCOVERY);
                bench.source.fail(JWKS, outcome);
            }
            bench.advance(Duration.ofNanos(100_000));
        }
        bench.assertAsked(3, 3);
    }

    // The 300 ms are for a client that wants a document: health wants to know of upstream, and waits for that. A stale
    // document is no sign of health.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aProbeWaitsForASlowUpstreamThoughThereIsAStaleDocument(boolean good) {
        bench.loadBoth();
        bench.advance(Duration.ofSeconds(200));
        CompletableFuture<Answer> request = bench.get(JWKS);
        CompletableFuture<Boolean> health = bench.cache.check();
        bench.advance(Duration.ofSeconds(4));
        assertAnswer(request, STALE, "{}");
        assertWaiting(health);
        bench.source.succeed(DISCOVERY);
        if (good) {
            bench.source.succeed(JWKS);
        } else {
            bench.source.fail(JWKS);
        }
        assertThat(health).isCompletedWithValue(good);
    }

    /** CONTRACT 1.7: "nothing leaked": what a probe waits for keeps nothing of the probe. */
    @Test
    void probesThatWaitForTheSameFetchesShareWhatTheyWaitFor() {
        assertThat(bench.cache.check()).isSameAs(bench.cache.check());
        bench.source.succeed(DISCOVERY);
        assertThat(bench.cache.check()).isSameAs(bench.cache.check());
    }

    /** Ends the fetches of both documents, which are numbered. */
    private void end(boolean good) {
        for (DocumentKind kind : DocumentKind.values()) {
            if (good) {
                bench.source.succeed(kind);
            } else {
                bench.source.fail(kind);
            }
        }
    }
}
