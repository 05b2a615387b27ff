// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.CacheStatus.HIT;
import static io.github.kubeoidc.gateway.api.CacheStatus.MISS;
import static io.github.kubeoidc.gateway.api.CacheStatus.STALE;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertAnswer;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertNothing;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertWaiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 3.2 and 3.3: requests share one fetch, and wait for it no longer than what they have is worth. */
class SharedFetchTest {
    private static final Duration STALE_WAIT = Duration.ofMillis(300);
    private static final Duration BEYOND_TTL = Duration.ofSeconds(101);

    private final CacheBench bench = new CacheBench();

    // 3.2: "concurrent requests share one fetch per document"
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void requestsThatFindNothingOrAStaleDocumentShareOneFetch(boolean stale) {
        if (stale) {
            bench.loadStale(JWKS, "{\"v\":1}");
        }
        int before = bench.source.asked(JWKS);
        List<CompletableFuture<Answer>> answers =
                Stream.generate(() -> bench.get(JWKS)).limit(100).toList();
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        bench.source.succeed(JWKS, "{\"v\":2}");
        assertThat(answers).allSatisfy(answer -> assertAnswer(answer, MISS, "{\"v\":2}"));
        assertAnswer(bench.get(JWKS), HIT, "{\"v\":2}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(before + 1);
    }

    // 3.2: "whoever finds none waits up to UPSTREAM_TIMEOUT_SECONDS", which the source keeps
    @ParameterizedTest
    @EnumSource
    void whoeverFindsNothingWaitsForTheFetchHoweverLongItTakes(DocumentKind kind) {
        CompletableFuture<Answer> answer = bench.get(kind);
        bench.advance(STALE_WAIT.plusSeconds(200));
        assertWaiting(answer);
        bench.source.succeed(kind, "{}");
        assertAnswer(answer, MISS, "{}");
    }

    @Test
    void whoeverFindsNothingGetsNothingWhenTheFetchFails() {
        CompletableFuture<Answer> answer = bench.get(JWKS);
        assertWaiting(answer);
        bench.source.fail(JWKS);
        assertNothing(answer);
    }

    // 3.2: "waits at most 300 ms for that fetch and then gets the stale one, while the fetch goes on". The fetch, not
    // the
    // single request, is waited for 300 ms at most.
    @Test
    void whoeverFindsAStaleDocumentGetsItAfterPatienceWhileTheFetchGoesOn() {
        bench.loadStale(JWKS, "{\"v\":1}");
        CompletableFuture<Answer> first = bench.get(JWKS);
        bench.clock.advance(STALE_WAIT.toNanos() - 1);
        CompletableFuture<Answer> late = bench.get(JWKS);
        assertWaiting(first);
        assertWaiting(late);
        bench.clock.advance(1);
        assertAnswer(first, STALE, "{\"v\":1}");
        assertAnswer(late, STALE, "{\"v\":1}");
        assertAnswer(bench.get(JWKS), STALE, "{\"v\":1}");
        bench.source.succeed(JWKS, "{\"v\":2}");
        assertAnswer(bench.get(JWKS), HIT, "{\"v\":2}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
    }

    @Test
    void whatTheFetchBringsWithinPatienceIsTheAnswerAndPatienceBeginsAnewWithEveryFetch() {
        bench.loadStale(JWKS, "{\"v\":1}");
        CompletableFuture<Answer> answer = bench.get(JWKS);
        bench.clock.advance(STALE_WAIT.toNanos() - 1);
        bench.source.succeed(JWKS, "{\"v\":2}");
        assertAnswer(answer, MISS, "{\"v\":2}");
        bench.advance(BEYOND_TTL);
        assertAnswer(answer, MISS, "{\"v\":2}");
        CompletableFuture<Answer> next = bench.get(JWKS);
        bench.clock.advance(STALE_WAIT.toNanos() - 1);
        assertWaiting(next);
        bench.clock.advance(1);
        assertAnswer(next, STALE, "{\"v\":2}");
    }

    // A refresh that began while the document was fresh has used up its patience when the document goes stale.
    @Test
    void whoeverJoinsARefreshThatHangsGetsTheStaleDocumentAtOnce() {
        bench.load(JWKS, "{}");
        bench.advance(Duration.ofSeconds(99));
        assertAnswer(bench.get(JWKS), HIT, "{}");
        bench.advance(Duration.ofSeconds(2));
        assertAnswer(bench.get(JWKS), STALE, "{}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
    }

    // 3.3: "On failure a stale document is served with 200, whatever its age"
    @Test
    void aFailureServesTheStaleDocumentAtOnceWhateverItsAge() {
        bench.load(JWKS, "{}");
        bench.advance(Duration.ofDays(400));
        CompletableFuture<Answer> answer = bench.get(JWKS);
        assertWaiting(answer);
        bench.source.fail(JWKS);
        assertAnswer(answer, STALE, "{}");
        bench.advance(Duration.ofDays(400));
        CompletableFuture<Answer> muchLater = bench.get(JWKS);
        bench.source.fail(JWKS);
        assertAnswer(muchLater, STALE, "{}");
    }

    // 3.4: "So neither a dead nor a hanging upstream slows relying parties": 300 ms once, not every thirty seconds.
    @Test
    void afterATimeoutNobodyWaitsAgainToSeeWhetherUpstreamStillHangs() {
        bench.loadStale(JWKS, "{\"v\":1}");
        bench.get(JWKS);
        bench.source.fail(JWKS, Outcome.TIMEOUT);
        bench.advance(Duration.ofSeconds(30));
        assertAnswer(bench.get(JWKS), STALE, "{\"v\":1}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(3);
        bench.source.succeed(JWKS, "{\"v\":2}");
        assertAnswer(bench.get(JWKS), HIT, "{\"v\":2}");
        bench.advance(BEYOND_TTL);
        assertWaiting(bench.get(JWKS));
    }

    @Test
    void afterATimeoutWhoeverFindsNothingStillWaits() {
        bench.get(JWKS);
        bench.source.fail(JWKS, Outcome.TIMEOUT);
        bench.advance(Duration.ofSeconds(30));
        CompletableFuture<Answer> answer = bench.get(JWKS);
        bench.advance(STALE_WAIT.multipliedBy(2));
        assertWaiting(answer);
        bench.source.succeed(JWKS, "{}");
        assertAnswer(answer, MISS, "{}");
    }

    @Test
    void afterAQuickFailureTheNextFetchIsWaitedFor() {
        bench.loadStale(JWKS, "{\"v\":1}");
        bench.failOnDemand(JWKS);
        bench.advance(Duration.ofSeconds(30));
        CompletableFuture<Answer> answer = bench.get(JWKS);
        assertWaiting(answer);
        bench.source.succeed(JWKS, "{\"v\":2}");
        assertAnswer(answer, MISS, "{\"v\":2}");
    }
}
