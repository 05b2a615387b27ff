// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.1: how long relying parties may keep a document. */
class MaxAgeTest {
    private final CacheBench bench =
            new CacheBench(Map.of("CLIENT_CACHE_TTL_SECONDS", "1000", "JWKS_CLIENT_CACHE_TTL_SECONDS", "500"));

    @Test
    void aFreshDocumentIsKeptAsLongAsIsConfigured() {
        bench.loadBoth();
        assertMaxAge(bench.get(DISCOVERY), CacheStatus.HIT, 1000);
        assertMaxAge(bench.get(JWKS), CacheStatus.HIT, 500);
    }

    @Test
    void aKeySetIsKeptNoLongerThanUpstreamAllows() {
        CompletableFuture<Answer> first = bench.get(JWKS);
        bench.source.succeed(document(JWKS, 40));
        assertMaxAge(first, CacheStatus.MISS, 40);
        assertMaxAge(bench.get(JWKS), CacheStatus.HIT, 40);
        bench.advance(Duration.ofSeconds(101));
        bench.failOnDemand(JWKS);
        assertMaxAge(bench.get(JWKS), CacheStatus.STALE, 40);
    }

    // "relying parties that keep what they are told to keep would else refuse new keys long after upstream is back"
    @Test
    void aStaleDocumentIsKeptForTheTtlAtMost() {
        bench.load(DISCOVERY, "{}");
        bench.get(JWKS);
        bench.source.succeed(document(JWKS, 9999));
        bench.advance(Duration.ofSeconds(101));
        bench.failOnDemand(DISCOVERY);
        CompletableFuture<Answer> waiting = bench.get(JWKS);
        bench.source.fail(JWKS);
        assertMaxAge(waiting, CacheStatus.STALE, 100);
        assertMaxAge(bench.get(DISCOVERY), CacheStatus.STALE, 100);
    }

    private static Document document(DocumentKind kind, long maxAge) {
        return new Document(kind, "{}".getBytes(StandardCharsets.UTF_8), null, Duration.ofSeconds(maxAge));
    }

    private static void assertMaxAge(CompletableFuture<Answer> answer, CacheStatus status, long seconds) {
        assertThat(answer.join().status()).isEqualTo(status);
        assertThat(answer.join().maxAgeSeconds()).isEqualTo(seconds);
    }
}
