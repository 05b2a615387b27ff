// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.CacheStatus.HIT;
import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertAnswer;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** CONTRACT 3.12: "At start both documents are fetched without being asked for". */
class StartTest {
    private final CacheBench bench = new CacheBench();

    @Test
    void bothAreFetchedOneAfterTheOther() {
        bench.cache.start();
        bench.assertAsked(1, 0);
        bench.source.succeed(DISCOVERY, "{\"d\":1}");
        bench.assertAsked(1, 1);
        bench.source.succeed(JWKS, "{\"k\":1}");
        assertAnswer(bench.get(DISCOVERY), HIT, "{\"d\":1}");
        assertAnswer(bench.get(JWKS), HIT, "{\"k\":1}");
        bench.assertAsked(1, 1);
    }

    @Test
    void whatARequestHasFetchedMeanwhileIsNotFetchedOnceMore() {
        CacheBench always = new CacheBench(Map.of("CACHE_TTL_SECONDS", "0"));
        always.cache.start();
        always.get(DISCOVERY).thenRun(() -> {
            always.get(JWKS);
            always.source.succeed(JWKS, "{}");
        });
        always.source.succeed(DISCOVERY, "{}");
        assertThat(always.source.asked(JWKS)).isEqualTo(1);
    }

    @Test
    void aFailureOfOneKeepsTheOtherFromNothing() {
        bench.cache.start();
        bench.source.fail(DISCOVERY);
        bench.source.succeed(JWKS, "{}");
        bench.assertAsked(1, 1);
    }

    @Test
    void aRequestNeedNotWaitForTheOtherDocumentAndSharesTheFetchOfItsOwn() {
        bench.cache.start();
        CompletableFuture<Answer> jwks = bench.get(JWKS);
        CompletableFuture<Answer> discovery = bench.get(DISCOVERY);
        bench.assertAsked(1, 1);
        bench.source.succeed(JWKS, "{}");
        assertThat(jwks).isDone();
        bench.source.succeed(DISCOVERY, "{}");
        assertThat(discovery).isDone();
        bench.assertAsked(1, 1);
    }

    @Test
    void whatIsStoredIsFetchedAnew() {
        CacheBench restarted = new CacheBench(
                Map.of(), new FakeStore().with(DISCOVERY, "{}", Duration.ZERO).with(JWKS, "{}", Duration.ofDays(1)));
        restarted.cache.start();
        restarted.source.succeed(DISCOVERY, "{}");
        restarted.source.succeed(JWKS, "{}");
        assertThat(restarted.source.asked(JWKS)).isEqualTo(1);
    }
}
