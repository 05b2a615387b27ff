// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.CacheStatus.HIT;
import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertAnswer;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertWaiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.DocumentKind;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CONTRACT 4.3: with {@code HEALTH_MAX_STALE_SECONDS} above 0 health answers from what is known. */
class HealthFromMemoryTest {
    private static final Duration MAX_STALE = Duration.ofSeconds(500);

    private final CacheBench bench = new CacheBench(Map.of("HEALTH_MAX_STALE_SECONDS", "500"));

    // "has only that fetched, behind it, which is no longer fresh"
    @Test
    void whatIsFreshIsHealthyAndNotAskedFor() {
        bench.loadBoth();
        bench.advance(Duration.ofSeconds(100));
        bench.assertHealth(true);
        bench.assertAsked(1, 1);
    }

    @ParameterizedTest
    @EnumSource
    void onlyWhatIsNotFreshIsFetchedAndHealthDoesNotWaitForIt(DocumentKind old) {
        DocumentKind fresh = old == JWKS ? DISCOVERY : JWKS;
        bench.load(old, "{}");
        bench.advance(Duration.ofSeconds(100));
        bench.load(fresh, "{}");
        bench.clock.advance(1);
        bench.assertHealth(true);
        assertThat(bench.source.asked(old)).isEqualTo(2);
        assertThat(bench.source.asked(fresh)).isEqualTo(1);
        bench.source.succeed(old, "{\"v\":2}");
        assertAnswer(bench.get(old), HIT, "{\"v\":2}");
    }

    // "how long after the last good fetch health still answers 200 while upstream is away"
    @Test
    void healthIsGoodUpToExactlyTheLimitAfterTheLastGoodFetchWhileUpstreamIsAway() {
        bench.loadBoth();
        bench.advance(Duration.ofSeconds(300));
        bench.assertHealth(true);
        bench.failBoth();
        bench.advance(MAX_STALE.minusSeconds(300));
        bench.assertHealth(true);
        bench.failBoth();
        bench.clock.advance(1);
        bench.assertHealth(false);
        bench.assertAsked(3, 3);
    }

    @Test
    void beyondTheLimitHealthIsWhatAFetchSays() {
        bench.loadBoth();
        bench.advance(MAX_STALE.plusNanos(1));
        CompletableFuture<Boolean> bad = bench.cache.check();
        assertWaiting(bad);
        bench.source.succeed(DISCOVERY, "{}");
        bench.source.fail(JWKS);
        assertThat(bad).isCompletedWithValue(false);
        bench.advance(Duration.ofSeconds(1));
        CompletableFuture<Boolean> good = bench.cache.check();
        bench.assertAsked(2, 3);
        assertWaiting(good);
        bench.source.succeed(JWKS, "{}");
        assertThat(good).isCompletedWithValue(true);
    }

    // "answers at once": 300 ms are the most that anything here waits for a slow upstream.
    @Test
    void beyondTheLimitAHangingUpstreamIsNotWaitedFor() {
        bench.loadBoth();
        bench.advance(MAX_STALE.plusNanos(1));
        CompletableFuture<Boolean> health = bench.cache.check();
        bench.advance(Duration.ofMillis(300));
        assertThat(health).isCompletedWithValue(false);
        bench.source.succeed(DISCOVERY);
        bench.source.succeed(JWKS);
        bench.assertHealth(true);
    }

    @Test
    void nothingKnownIsHealthyOnlyIfBothAreFetched() {
        CompletableFuture<Boolean> health = bench.cache.check();
        bench.source.succeed(DISCOVERY, "{}");
        bench.assertAsked(1, 1);
        assertWaiting(health);
        bench.source.succeed(JWKS, "{}");
        assertThat(health).isCompletedWithValue(true);
    }

    @Test
    void nothingKnownAndAHangingUpstreamAreNotHealthy() {
        CompletableFuture<Boolean> health = bench.cache.check();
        bench.source.succeed(DISCOVERY, "{}");
        bench.advance(Duration.ofMillis(300));
        assertThat(health).isCompletedWithValue(false);
    }

    @ParameterizedTest
    @EnumSource
    void oneDocumentNeverFetchedIsNotHealthy(DocumentKind missing) {
        bench.load(missing == JWKS ? DISCOVERY : JWKS, "{}");
        bench.failOnDemand(missing);
        bench.assertHealth(false);
    }

    // 4.2 and 3.4 hold here too: a second after a refusal, however long requests are to leave upstream alone
    @Test
    void aProbeAsksAgainOneSecondAfterARefusalNotSooner() {
        bench.loadBoth();
        bench.advance(Duration.ofSeconds(101));
        for (int i = 0; i < 8; i++) {
            bench.cache.check();
            bench.failBoth();
            bench.clock.advance(Duration.ofSeconds(1).toNanos() - 1);
            bench.assertHealth(true);
            bench.assertAsked(2 + i, 2 + i);
            bench.clock.advance(1);
        }
        bench.cache.check();
        bench.assertAsked(10, 10);
    }

    // A limit below the TTL: what is fresh is not asked for, so the last fetch's end is what is known.
    @Test
    void aFreshDocumentBeyondTheLimitIsHealthyUntilARefreshFails() {
        CacheBench strict = freshBeyondTheLimitAfterAFailedRefresh();
        assertThat(strict.source.asked(JWKS)).isEqualTo(2);
        strict.load(JWKS, "{}");
        strict.assertHealth(true);
    }

    private static CacheBench freshBeyondTheLimitAfterAFailedRefresh() {
        CacheBench strict = new CacheBench(Map.of("HEALTH_MAX_STALE_SECONDS", "5"));
        strict.loadBoth();
        strict.advance(Duration.ofSeconds(81));
        strict.assertHealth(true);
        strict.failOnDemand(JWKS);
        strict.assertHealth(false);
        strict.advance(Duration.ofSeconds(1));
        return strict;
    }

    // 4.1: it is 503 "where upstream cannot be reached". Where it can again, only probes ask: a pod that is not ready
    // gets no requests.
    @Test
    void aFailedRefreshOfAFreshDocumentBeyondTheLimitIsTriedAgainByProbes() {
        CacheBench strict = freshBeyondTheLimitAfterAFailedRefresh();
        CompletableFuture<Boolean> health = strict.cache.check();
        assertThat(strict.source.asked(JWKS)).isEqualTo(3);
        strict.source.succeed(JWKS, "{}");
        assertThat(health).isCompletedWithValue(true);
        assertThat(strict.source.asked(DISCOVERY)).isEqualTo(1);
    }

    @Test
    void withATtlOfZeroEveryProbeOfANewSecondFetchesBehindItsAnswer() {
        CacheBench ttlZero = new CacheBench(Map.of("HEALTH_MAX_STALE_SECONDS", "500", "CACHE_TTL_SECONDS", "0"));
        ttlZero.loadBoth();
        ttlZero.clock.advance(Duration.ofSeconds(1).toNanos() - 1);
        ttlZero.assertHealth(true);
        assertThat(ttlZero.source.asked(JWKS)).isEqualTo(1);
        ttlZero.clock.advance(1);
        ttlZero.assertHealth(true);
        assertThat(ttlZero.source.asked(JWKS)).isEqualTo(2);
    }
}
