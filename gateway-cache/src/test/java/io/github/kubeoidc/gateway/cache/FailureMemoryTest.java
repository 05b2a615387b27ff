// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.CacheStatus.HIT;
import static io.github.kubeoidc.gateway.api.CacheStatus.STALE;
import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertAnswer;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertNothing;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** CONTRACT 3.4: after a failure upstream is left alone for a while, and nobody waits for it. */
class FailureMemoryTest {
    private static final int[] PAUSES = {1, 2, 4, 8, 16, 30, 30, 30};
    private static final Duration BEYOND_TTL = Duration.ofSeconds(101);

    private final CacheBench bench = new CacheBench();

    // "1 s doubling to 30 s"
    @Test
    void thePauseDoublesFromOneSecondToThirty() {
        bench.failOnDemand(JWKS);
        int asked = 1;
        for (int seconds : PAUSES) {
            bench.clock.advance(Duration.ofSeconds(seconds).toNanos() - 1);
            assertNothing(bench.get(JWKS));
            assertThat(bench.source.asked(JWKS)).as("just before %d s", seconds).isEqualTo(asked);
            bench.clock.advance(1);
            bench.failOnDemand(JWKS);
            assertThat(bench.source.asked(JWKS)).as("after %d s", seconds).isEqualTo(++asked);
        }
    }

    // "with jitter", of which CachePolicyTest knows how much
    @Test
    void everyPauseTakesARandomNumberOfItsOwn() {
        bench.failOnDemand(JWKS);
        bench.jitter = 0.999_999;
        bench.advance(Duration.ofSeconds(1));
        bench.failOnDemand(JWKS);
        bench.clock.advance(Duration.ofMillis(1600).toNanos());
        assertNothing(bench.get(JWKS));
        bench.advance(Duration.ofMillis(1));
        bench.failOnDemand(JWKS);
        assertThat(bench.source.asked(JWKS)).isEqualTo(3);
    }

    // "during it, requests are answered at once from what there is": from the end of the fetch on
    @Test
    void duringThePauseAStaleDocumentIsServedAtOnceAndUpstreamIsNotAsked() {
        bench.loadStale(JWKS, "{}");
        bench.get(JWKS);
        bench.advance(Duration.ofSeconds(5));
        bench.source.fail(JWKS);
        for (int i = 0; i < 1000; i++) {
            assertAnswer(bench.get(JWKS), STALE, "{}");
        }
        bench.clock.advance(Duration.ofSeconds(1).toNanos() - 1);
        assertAnswer(bench.get(JWKS), STALE, "{}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
        bench.clock.advance(1);
        bench.get(JWKS);
        assertThat(bench.source.asked(JWKS)).isEqualTo(3);
    }

    static Stream<Throwable> failures() {
        return Stream.concat(
                Stream.of(Outcome.values()).map(outcome -> new FetchException(outcome, "in words", null)),
                Stream.of(
                        new IllegalStateException("a defect"),
                        new StackOverflowError(),
                        new CompletionException(new FetchException(Outcome.IO, "wrapped", null)),
                        new CompletionException("without a cause", null)));
    }

    // A 401 too is not repeated at once (3.9), and a defect of the source is a failure like any other.
    @ParameterizedTest
    @MethodSource("failures")
    void everyKindOfFailureIsRememberedForAWhile(Throwable failure) {
        bench.get(JWKS);
        bench.source.fail(JWKS, failure);
        assertNothing(bench.get(JWKS));
        assertThat(bench.source.asked(JWKS)).isEqualTo(1);
        bench.advance(Duration.ofSeconds(1));
        bench.load(JWKS, "{}");
        assertAnswer(bench.get(JWKS), HIT, "{}");
    }

    // "any success ends the memory"
    @Test
    void aSuccessLetsTheNextPauseBeginWithOneSecondAgain() {
        for (int seconds : new int[] {1, 2, 4}) {
            bench.failOnDemand(JWKS);
            bench.advance(Duration.ofSeconds(seconds));
        }
        bench.loadStale(JWKS, "{}");
        bench.failOnDemand(JWKS);
        bench.advance(Duration.ofSeconds(1));
        int asked = bench.source.asked(JWKS);
        bench.get(JWKS);
        assertThat(bench.source.asked(JWKS)).isEqualTo(asked + 1);
    }

    // "only a health probe may ask sooner (4.2), and any success ends the memory"
    @Test
    void aProbeThatSucceedsEndsTheMemoryForRequests() {
        CacheBench ttlZero = new CacheBench(Map.of("CACHE_TTL_SECONDS", "0"));
        for (int seconds : PAUSES) {
            ttlZero.failOnDemand(JWKS);
            ttlZero.advance(Duration.ofSeconds(seconds));
        }
        ttlZero.failOnDemand(JWKS);
        ttlZero.advance(Duration.ofSeconds(1));
        ttlZero.cache.check();
        ttlZero.source.succeed(JWKS, "{}");
        int asked = ttlZero.source.asked(JWKS);
        ttlZero.get(JWKS);
        assertThat(ttlZero.source.asked(JWKS)).isEqualTo(asked + 1);
    }

    @Test
    void aProbeThatFailsLengthensTheMemory() {
        bench.failOnDemand(JWKS);
        bench.advance(Duration.ofSeconds(1));
        bench.cache.check();
        bench.source.fail(JWKS);
        bench.clock.advance(Duration.ofSeconds(2).toNanos() - 1);
        assertNothing(bench.get(JWKS));
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
        bench.clock.advance(1);
        bench.get(JWKS);
        assertThat(bench.source.asked(JWKS)).isEqualTo(3);
    }

    @Test
    void theFailureOfOneDocumentIsNotHeldAgainstTheOther() {
        bench.failOnDemand(JWKS);
        bench.load(DISCOVERY, "{}");
        assertAnswer(bench.get(DISCOVERY), HIT, "{}");
        assertNothing(bench.get(JWKS));
    }

    // What was accepted and yet cannot be rendered must not leave its fetch in flight for ever.
    @Test
    void aDocumentThatCannotBeRenderedIsAFailedFetch() {
        CacheBench pretty = new CacheBench(Map.of("PRETTY_PRINT_JSON", "true"));
        pretty.load(JWKS, "{\"keys\":[1]}");
        pretty.advance(BEYOND_TTL);
        CompletableFuture<Answer> answer = pretty.get(JWKS);
        pretty.source.succeed(JWKS, "{\"keys\":");
        assertThat(answer.getNow(Answer.NONE).status()).isEqualTo(STALE);
        assertThat(pretty.get(JWKS).getNow(Answer.NONE).status()).isEqualTo(STALE);
        assertThat(pretty.source.asked(JWKS)).isEqualTo(2);
    }
}
