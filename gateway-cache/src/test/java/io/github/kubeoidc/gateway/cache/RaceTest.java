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
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * CONTRACT 3.2, 3.4, 3.6 and 4.2 where a fetch ends between a caller's look at the clock and the fetch that the caller would begin:
 * what the fetch brought is what the caller asked for.
 */
class RaceTest {
    private static final Duration A_WHILE = Duration.ofMillis(20);

    private final CacheBench bench = new CacheBench();

    @Test
    void aFetchThatEndedMeanwhileIsNotRepeated() {
        bench.load(JWKS, "{\"v\":1}");
        bench.advance(Duration.ofSeconds(101));
        meanwhile(bench, () -> bench.load(JWKS, "{\"v\":2}"));
        assertAnswer(bench.get(JWKS), HIT, "{\"v\":2}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
    }

    @Test
    void aFirstFetchThatEndedMeanwhileIsNotRepeated() {
        meanwhile(bench, () -> bench.load(JWKS, "{\"v\":1}"));
        assertAnswer(bench.get(JWKS), HIT, "{\"v\":1}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(1);
    }

    @Test
    void aRefreshThatEndedMeanwhileIsNotRepeated() {
        bench.load(JWKS, "{\"v\":1}");
        bench.advance(Duration.ofSeconds(80));
        meanwhile(bench, () -> bench.load(JWKS, "{\"v\":2}"));
        assertAnswer(bench.get(JWKS), HIT, "{\"v\":1}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
    }

    @Test
    void aFetchThatFailedMeanwhileIsNotRepeated() {
        bench.load(JWKS, "{}");
        bench.advance(Duration.ofSeconds(101));
        meanwhile(bench, () -> bench.failOnDemand(JWKS));
        assertAnswer(bench.get(JWKS), STALE, "{}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
    }

    // 3.7: "every request fetches"
    @Test
    void withATtlOfZeroItIs() {
        CacheBench ttlZero = new CacheBench(Map.of("CACHE_TTL_SECONDS", "0"));
        meanwhile(ttlZero, () -> ttlZero.load(JWKS, "{\"v\":1}"));
        CompletableFuture<Answer> answer = ttlZero.get(JWKS);
        assertWaiting(answer);
        ttlZero.source.succeed(JWKS, "{\"v\":2}");
        assertAnswer(answer, MISS, "{\"v\":2}");
    }

    @Test
    void aProbeDoesNotRepeatAFetchThatEndedMeanwhile() {
        bench.load(JWKS, "{}");
        bench.advance(Duration.ofSeconds(2));
        meanwhile(bench, () -> bench.load(DISCOVERY, "{}"));
        assertWaiting(bench.cache.check());
        assertThat(bench.source.asked(DISCOVERY)).isEqualTo(1);
    }

    // 3.2: "whoever finds none waits up to UPSTREAM_TIMEOUT_SECONDS", not for the 300 ms of who finds a stale one; here
    // they are over before the fetch begins, and it ends before the request goes on.
    @Test
    void whoeverAsksJustWhenTheFirstDocumentArrivesHasIt() {
        bench.get(JWKS);
        bench.source.fail(JWKS, Outcome.TIMEOUT);
        bench.advance(Duration.ofSeconds(1));
        bench.source.turn(CacheModel.Upstream.ANSWERS);
        assertAnswer(bench.get(JWKS), MISS, "1");
    }

    private static void meanwhile(CacheBench bench, Runnable event) {
        bench.clock.afterNextReading(() -> {
            bench.advance(A_WHILE);
            event.run();
            bench.advance(A_WHILE);
        });
    }
}
