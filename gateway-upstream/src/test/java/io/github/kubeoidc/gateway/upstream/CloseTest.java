// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody waits for a source that was closed. */
class CloseTest {
    @TempDir
    Path directory;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private ServerSocket hanging;
    private UpstreamSource source;

    @BeforeEach
    void open() throws Exception {
        hanging = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Path token = Files.writeString(directory.resolve("token"), "abc");
        Map<String, String> variables = Map.of(
                "UPSTREAM_HOST", "http://127.0.0.1:" + hanging.getLocalPort(), "SA_TOKEN_PATH", token.toString());
        source = UpstreamSource.open(GatewayConfig.from(variables::get), timer);
    }

    @AfterEach
    void close() throws IOException {
        source.close();
        timer.shutdownNow();
        hanging.close();
    }

    @Test
    void aFetchInFlightFailsWhenTheSourceIsClosed() {
        CompletableFuture<Document> fetch = source.fetch(DocumentKind.JWKS);

        source.close();

        assertStopped(fetch);
    }

    @Test
    void aFetchFailsAtOnceAfterTheSourceWasClosed() {
        source.close();

        assertStopped(source.fetch(DocumentKind.JWKS));
    }

    private static void assertStopped(CompletableFuture<Document> fetch) {
        assertThat(fetch).isDone();
        assertThatThrownBy(() -> fetch.get(0, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(FetchException.class)
                .hasMessage("the gateway stops");
    }
}
