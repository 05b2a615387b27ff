// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.CacheStatus.MISS;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertAnswer;
import static io.github.kubeoidc.gateway.cache.CacheBench.assertNothing;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.DocumentSource;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** CONTRACT 3.3 and 3.4 where a fetch does not even begin, for instance as the system has no thread to give. */
class BrokenSourceTest {
    private final ManualClock clock = new ManualClock();
    private boolean broken = true;
    private int asked;

    @Test
    void whatTheSourceThrowsIsAFailedFetchLikeAnyOtherAndNotTheLast() throws Exception {
        DocumentCache cache = cache(
                kind -> {
                    asked++;
                    throwWhileBroken();
                    return CompletableFuture.completedFuture(StressTest.document(kind, 1));
                },
                clock);
        assertNothing(cache.get(JWKS));
        assertNothing(cache.get(JWKS));
        assertThat(cache.check()).isCompletedWithValue(false);
        assertMended(cache);
        assertThat(asked).isEqualTo(3);
    }

    // 3.3, where not even the wait for the fetch can be bounded
    @Test
    void whatTheSchedulerThrowsIsAFailedFetchLikeAnyOther() throws Exception {
        DocumentCache cache = cache(
                kind -> CompletableFuture.completedFuture(StressTest.document(kind, 1)),
                (delay, task) -> throwWhileBroken());
        assertNothing(cache.get(JWKS));
        assertMended(cache);
    }

    private void throwWhileBroken() {
        if (broken) {
            throw new OutOfMemoryError("unable to create native thread");
        }
    }

    private void assertMended(DocumentCache cache) {
        broken = false;
        clock.advance(1_000_000_000);
        assertAnswer(
                cache.get(JWKS), MISS, new String(StressTest.document(JWKS, 1).json()));
    }

    private DocumentCache cache(DocumentSource source, Scheduler scheduler) throws ConfigurationException {
        return new DocumentCache(
                GatewayConfig.from(name -> name.equals("PRETTY_PRINT_JSON") ? "false" : null),
                source,
                DocumentStore.NONE,
                clock,
                scheduler,
                () -> 0,
                Events.NONE);
    }
}
