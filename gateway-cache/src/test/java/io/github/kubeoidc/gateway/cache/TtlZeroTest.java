// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.CacheStatus.MISS;
import static io.github.kubeoidc.gateway.api.CacheStatus.STALE;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertAnswer;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertWaiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** CONTRACT 3.7: {@code CACHE_TTL_SECONDS=0}. */
class TtlZeroTest {
    private final CacheBench bench = new CacheBench(Map.of("CACHE_TTL_SECONDS", "0"));

    // "every request fetches", also one in the very nanosecond of the last fetch, "still sharing what is in flight"
    @Test
    void everyRequestFetchesUnlessAFetchIsInFlight() {
        for (int i = 1; i <= 5; i++) {
            CompletableFuture<Answer> first = bench.get(JWKS);
            CompletableFuture<Answer> second = bench.get(JWKS);
            assertThat(bench.source.asked(JWKS)).isEqualTo(i);
            assertWaiting(first);
            bench.source.succeed(JWKS, "{\"v\":" + i + "}");
            assertAnswer(first, MISS, "{\"v\":" + i + "}");
            assertAnswer(second, MISS, "{\"v\":" + i + "}");
        }
    }

    // "the 300 ms of 3.2 … still hold"
    @Test
    void patienceStillHolds() {
        bench.load(JWKS, "{}");
        CompletableFuture<Answer> answer = bench.get(JWKS);
        bench.advance(Duration.ofMillis(299));
        assertWaiting(answer);
        bench.advance(Duration.ofMillis(1));
        assertAnswer(answer, STALE, "{}");
    }

    // "stale-on-error and the memory of failures still hold"
    @Test
    void aFailureServesTheLastDocumentAndIsRemembered() {
        bench.load(JWKS, "{}");
        CompletableFuture<Answer> answer = bench.get(JWKS);
        bench.source.fail(JWKS);
        assertAnswer(answer, STALE, "{}");
        bench.clock.advance(Duration.ofSeconds(1).toNanos() - 1);
        assertAnswer(bench.get(JWKS), STALE, "{}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
        bench.clock.advance(1);
        bench.load(JWKS, "{}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(3);
    }
}
