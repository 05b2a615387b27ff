// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentStore;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CONTRACT 1.5 and 3.2 in the moment in which the first document arrives. */
@Timeout(60)
class FirstDocumentTest {
    private static final int ROUNDS = 20_000;

    private final ExecutorService upstream = Executors.newSingleThreadExecutor();

    @AfterEach
    void stopUpstream() throws InterruptedException {
        upstream.shutdownNow();
        assertThat(upstream.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    // 3.2: "whoever finds none waits up to UPSTREAM_TIMEOUT_SECONDS", also for a fetch that has taken 300 ms already
    @Test
    void whoeverAsksWhenItArrivesHasIt() throws Exception {
        GatewayConfig config = GatewayConfig.from(name -> null);
        for (int round = 0; round < ROUNDS; round++) {
            CompletableFuture<Document> fetched = new CompletableFuture<>();
            DocumentCache cache = new DocumentCache(
                    config,
                    kind -> fetched,
                    DocumentStore.NONE,
                    System::nanoTime,
                    (delay, atItsEnd) -> atItsEnd.run(),
                    () -> 0);
            cache.get(JWKS);
            Callable<Boolean> answer = () -> fetched.complete(StressTest.document(JWKS, 1));
            Future<Boolean> answered = upstream.submit(answer);
            while (!answered.isDone()) {
                assertThat(cache.get(JWKS).get(10, TimeUnit.SECONDS))
                        .as("round %d", round)
                        .isNotEqualTo(Answer.NONE);
            }
        }
    }
}
