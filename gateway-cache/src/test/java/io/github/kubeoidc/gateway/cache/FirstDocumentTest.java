// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.CacheStatus.MISS;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertAnswer;

import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.5 and 3.2 in the moment in which the first document arrives. */
class FirstDocumentTest {
    // "whoever finds none waits up to UPSTREAM_TIMEOUT_SECONDS", not for the 300 ms of who finds a stale one; here
    // they are over before the fetch begins, and it ends before the request goes on.
    @Test
    void whoeverAsksJustWhenItArrivesHasIt() {
        CacheBench bench = new CacheBench();
        bench.get(JWKS);
        bench.source.fail(JWKS, Outcome.TIMEOUT);
        bench.advance(Duration.ofSeconds(1));
        bench.source.turn(CacheModel.Upstream.ANSWERS);
        assertAnswer(bench.get(JWKS), MISS, "1");
    }
}
