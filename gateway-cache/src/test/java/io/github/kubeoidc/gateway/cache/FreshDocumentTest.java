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
import io.github.kubeoidc.gateway.api.Representation;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CONTRACT 3.1, 3.5, 3.6 and 3.8: what is fresh comes from memory, and is fetched anew behind the requests. */
class FreshDocumentTest {
    private static final Duration TTL = Duration.ofSeconds(100);
    private static final Duration REFRESH_DUE = Duration.ofSeconds(80);

    private final CacheBench bench = new CacheBench();

    // 3.1: "A fresh document is served from memory. Nobody waits on upstream for it."
    @ParameterizedTest
    @EnumSource
    void aFreshDocumentIsServedWithoutAskingUpstream(DocumentKind kind) {
        bench.load(kind, "{}");
        assertAnswer(bench.get(kind), HIT, "{}");
        bench.clock.advance(REFRESH_DUE.toNanos() - 1);
        assertAnswer(bench.get(kind), HIT, "{}");
        assertThat(bench.source.asked(kind)).isEqualTo(1);
    }

    // 3.5: "From 80 % of the TTL on"
    @Test
    void fromExactlyFourFifthsOfTheTtlOnARequestIsServedAtOnceAndTriggersARefresh() {
        bench.load(JWKS, "{\"v\":1}");
        bench.advance(REFRESH_DUE);
        assertAnswer(bench.get(JWKS), HIT, "{\"v\":1}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
        assertAnswer(bench.get(JWKS), HIT, "{\"v\":1}");
        bench.advance(Duration.ofSeconds(10));
        bench.source.succeed(JWKS, "{\"v\":2}");
        // The age counts anew from every fetch.
        bench.clock.advance(REFRESH_DUE.toNanos() - 1);
        assertAnswer(bench.get(JWKS), HIT, "{\"v\":2}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
        bench.clock.advance(1);
        bench.get(JWKS);
        assertThat(bench.source.asked(JWKS)).isEqualTo(3);
    }

    @Test
    void nothingIsRefreshedWithoutARequest() {
        bench.load(JWKS, "{}");
        bench.advance(TTL.multipliedBy(10));
        assertThat(bench.source.asked(JWKS)).isEqualTo(1);
    }

    // "Fresh: fetched at most CACHE_TTL_SECONDS ago."
    @Test
    void aDocumentIsFreshAtExactlyItsTtlAndStaleOneNanosecondLater() {
        bench.load(JWKS, "{\"v\":1}");
        bench.advance(TTL);
        assertAnswer(bench.get(JWKS), HIT, "{\"v\":1}");
        bench.clock.advance(1);
        CompletableFuture<Answer> later = bench.get(JWKS);
        assertWaiting(later);
        bench.source.succeed(JWKS, "{\"v\":2}");
        assertAnswer(later, MISS, "{\"v\":2}");
    }

    // 3.4 with 3.5: a refresh that fails is not repeated by every request, and costs nobody the fresh document.
    @Test
    void aFailedRefreshLeavesTheFreshDocumentAndUpstreamInPeace() {
        bench.load(JWKS, "{}");
        bench.advance(REFRESH_DUE);
        bench.failOnDemand(JWKS);
        assertAnswer(bench.get(JWKS), HIT, "{}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
        bench.clock.advance(Duration.ofSeconds(1).toNanos() - 1);
        assertAnswer(bench.get(JWKS), HIT, "{}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(2);
        bench.clock.advance(1);
        assertAnswer(bench.get(JWKS), HIT, "{}");
        assertThat(bench.source.asked(JWKS)).isEqualTo(3);
    }

    @Test
    void aFailedRefreshDoesNotMakeTheDocumentYounger() {
        bench.load(JWKS, "{}");
        bench.advance(TTL);
        bench.failOnDemand(JWKS);
        bench.clock.advance(1);
        assertAnswer(bench.get(JWKS), STALE, "{}");
    }

    // 3.6: "at most one fetch per document and 0.8 TTL in normal running, however many requests come"
    @Test
    void tenRequestsASecondForAnHourCostOneFetchPerFourFifthsOfTheTtl() {
        for (int tenth = 0; tenth < 36_000; tenth++) {
            for (DocumentKind kind : DocumentKind.values()) {
                int before = bench.source.asked(kind);
                bench.get(kind);
                if (bench.source.asked(kind) > before) {
                    bench.source.succeed(kind, "{}");
                }
            }
            bench.advance(Duration.ofMillis(100));
        }
        assertThat(bench.source.asked(DISCOVERY)).isEqualTo(45);
        assertThat(bench.source.asked(JWKS)).isEqualTo(45);
    }

    // 3.8: "computed once per fetched document, not per request"
    @Test
    void everyRequestGetsTheVeryRepresentationThatTheFetchMade() {
        CacheBench pretty = new CacheBench(Map.of("PRETTY_PRINT_JSON", "true"));
        CompletableFuture<Answer> first = pretty.get(JWKS);
        pretty.source.succeed(JWKS, "{\"keys\":[]}");
        Representation made = first.getNow(Answer.NONE).representation();
        assertThat(pretty.get(JWKS).getNow(Answer.NONE).representation()).isSameAs(made);
        assertThat(pretty.get(JWKS)).isSameAs(pretty.get(JWKS));
        pretty.advance(TTL.plusNanos(1));
        CompletableFuture<Answer> stale = pretty.get(JWKS);
        pretty.source.fail(JWKS);
        assertThat(stale.getNow(Answer.NONE).representation()).isSameAs(made);
    }

    @Test
    void theDocumentsAreIndependentOfEachOther() {
        bench.load(DISCOVERY, "{\"d\":1}");
        assertThat(bench.source.asked(JWKS)).isZero();
        bench.failOnDemand(JWKS);
        bench.advance(REFRESH_DUE);
        bench.load(JWKS, "{\"k\":1}");
        assertThat(bench.source.asked(DISCOVERY)).isEqualTo(1);
        assertAnswer(bench.get(DISCOVERY), HIT, "{\"d\":1}");
        assertThat(bench.source.asked(DISCOVERY)).isEqualTo(2);
        bench.source.fail(DISCOVERY);
        assertAnswer(bench.get(JWKS), HIT, "{\"k\":1}");
    }
}
