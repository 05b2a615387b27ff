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
import io.github.kubeoidc.gateway.testsupport.LogLines;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CONTRACT 3.10: documents of an earlier process are "read at start as stale ones with their true age". */
class StoredDocumentTest {
    private static final Duration AGE = Duration.ofSeconds(200);

    private static CacheBench benchOf(Duration age, Map<String, String> settings) {
        return new CacheBench(
                settings, new FakeStore().with(DISCOVERY, "{\"v\":1}", age).with(JWKS, "{\"v\":1}", age));
    }

    // "So a restart during an outage of the API server loses nothing."
    @ParameterizedTest
    @EnumSource
    void whileUpstreamFailsTheStoredDocumentIsServedAsStale(DocumentKind kind) {
        CacheBench bench = benchOf(AGE, Map.of());
        CompletableFuture<Answer> answer = bench.get(kind);
        assertWaiting(answer);
        bench.source.fail(kind);
        assertAnswer(answer, STALE, "{\"v\":1}");
        assertAnswer(bench.get(kind), STALE, "{\"v\":1}");
        assertThat(bench.source.asked(kind)).isEqualTo(1);
    }

    // 3.2: "waits at most 300 ms for that fetch and then gets the stale one"
    @Test
    void whileUpstreamHangsTheStoredDocumentIsServedAfterPatience() {
        CacheBench bench = benchOf(AGE, Map.of());
        CompletableFuture<Answer> answer = bench.get(JWKS);
        bench.advance(Duration.ofMillis(300));
        assertAnswer(answer, STALE, "{\"v\":1}");
    }

    // "as stale ones": also one that is younger than the TTL, as the cluster may have changed its keys since
    @Test
    void howeverYoungItIsFetchedAnew() {
        CacheBench bench = benchOf(Duration.ZERO, Map.of());
        CompletableFuture<Answer> answer = bench.get(JWKS);
        assertThat(bench.source.asked(JWKS)).isEqualTo(1);
        bench.source.succeed(JWKS, "{\"v\":2}");
        assertAnswer(answer, MISS, "{\"v\":2}");
        assertAnswer(bench.get(JWKS), HIT, "{\"v\":2}");
    }

    // 4.3: "how long after the last good fetch health still answers 200", by its true age
    @Test
    void healthIsGoodUpToTheLimitAfterTheFetchOfTheEarlierProcess() {
        CacheBench bench = benchOf(AGE, Map.of("HEALTH_MAX_STALE_SECONDS", "500"));
        bench.assertHealth(true);
        bench.failBoth();
        bench.advance(Duration.ofSeconds(300));
        bench.assertHealth(true);
        bench.failBoth();
        bench.clock.advance(1);
        bench.assertHealth(false);
    }

    @Test
    void withoutALimitHealthAsksUpstream() {
        CacheBench bench = benchOf(Duration.ZERO, Map.of());
        CompletableFuture<Boolean> health = bench.cache.check();
        bench.failBoth();
        assertThat(health).isCompletedWithValue(false);
    }

    @Test
    void theLogTellsItsTrueAge() {
        try (LogLines log = LogLines.listen()) {
            CacheBench bench = benchOf(AGE, Map.of());
            bench.advance(Duration.ofSeconds(5));
            bench.failOnDemand(JWKS);
            assertThat(log.lines()).singleElement().asString().contains("the document fetched 205s ago is served");
        }
    }

    // 2.3: "A changed issuer is accepted, with a WARN", across a restart too
    @Test
    void aChangeOfTheIssuerSinceIsLogged() {
        try (LogLines log = LogLines.listen()) {
            CacheBench bench = benchOf(AGE, Map.of());
            bench.get(DISCOVERY);
            bench.source.succeed(DISCOVERY, "{}", "https://other.example");
            assertThat(log.lines()).singleElement().asString().contains("issuer changed from https://issuer.example");
        }
    }

    // "the last good documents are kept there"
    @Test
    void whatIsFetchedIsSavedAndAFailureSavesNothing() {
        CacheBench bench = benchOf(AGE, Map.of());
        assertThat(bench.store.saved).isEmpty();
        bench.failOnDemand(JWKS);
        assertThat(bench.store.saved).isEmpty();
        bench.advance(Duration.ofSeconds(2));
        bench.load(JWKS, "{\"v\":2}");
        assertThat(bench.store.saved).singleElement().satisfies(document -> {
            assertThat(document.kind()).isEqualTo(JWKS);
            assertThat(document.json()).asString().isEqualTo("{\"v\":2}");
        });
    }
}
