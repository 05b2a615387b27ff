// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Nobody waits for a source that was closed. */
class CloseTest extends AgainstRawServer {
    @Test
    void aFetchInFlightFailsWhenTheSourceIsClosed() throws InterruptedException {
        CompletableFuture<Document> fetch = bench.open(server).begin(DocumentKind.JWKS);
        assertThat(server.isAsked()).isTrue();

        bench.source.close();

        assertStopped(fetch);
    }

    @Test
    void aFetchFailsAtOnceAfterTheSourceWasClosed() {
        bench.open(server).source.close();

        assertStopped(bench.begin(DocumentKind.JWKS));
    }

    private static void assertStopped(CompletableFuture<Document> fetch) {
        assertThat(fetch).isDone();
        assertThat(Bench.failure(fetch)).hasMessage("the gateway stops");
    }
}
