// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;

/** A source with its files and its timer in the test's hands. */
final class Bench implements AutoCloseable {
    static final String TOKEN = "eyJhbGciOiJub25lIn0.secret-secret_secret.";
    static final String DISCOVERY = "{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://issuer.example/k\"}";
    static final String JWKS = "{\"keys\":[{\"kty\":\"RSA\"}]}";

    private static final Duration LIMIT = Duration.ofSeconds(20);

    final Path token;
    final Path ca;
    final ManualTimer timer = new ManualTimer(Duration.ofSeconds(7));

    /** How many bytes of the heap the source takes to be free; asked before a large document is validated. */
    LongSupplier free = () -> Long.MAX_VALUE;

    /** The bound of an exchange; the timer passes one of 7 s only when the test says so. */
    int timeoutSeconds = 7;

    Names names = InetAddress::getAllByName;

    UpstreamSource source;
    private final Path directory;

    Bench(Path directory) {
        this.directory = directory;
        token = directory.resolve("token");
        ca = directory.resolve("ca.crt");
        write(token, TOKEN);
    }

    /** Opens the source; the files must be as they are to be found at the start. */
    Bench open(String upstreamHost) {
        try {
            // A busy machine may take longer for a file than a gateway waits for it.
            source = UpstreamSource.open(
                    GatewayConfig.from(name -> switch (name) {
                        case "UPSTREAM_HOST" -> upstreamHost;
                        case "UPSTREAM_TIMEOUT_SECONDS" -> Integer.toString(timeoutSeconds);
                        case "SA_TOKEN_PATH" -> token.toString();
                        case "SA_CA_CERT_PATH" -> ca.toString();
                        default -> null;
                    }),
                    timer,
                    new Headroom(() -> free.getAsLong(), () -> {}),
                    names,
                    FileProbe.READ_BOUND);
        } catch (ConfigurationException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    Bench open(RawServer server) {
        return open("http://127.0.0.1:" + server.port());
    }

    /** Replaces a file as kubelet does: at once. */
    void write(Path file, String content) {
        try {
            Path beside = Files.writeString(directory.resolve("new"), content);
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets the source start no further thread, and leaves it none that is idle. JUnit would end with an OutOfMemoryError. */
    void refuseThreads() {
        source.workers.setThreadFactory(task -> {
            throw new Error("unable to create native thread");
        });
        try {
            while (true) {
                source.workers.execute(() -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        // The source is closed.
                    }
                });
            }
        } catch (Error e) {
            // Now it has none.
        }
    }

    CompletableFuture<Document> begin(DocumentKind kind) {
        return source.fetch(kind);
    }

    Document fetch(DocumentKind kind) {
        return assertThat(begin(kind)).succeedsWithin(LIMIT).actual();
    }

    FetchException failure(DocumentKind kind) {
        return failure(begin(kind));
    }

    static FetchException failure(CompletableFuture<Document> fetch) {
        return (FetchException) assertThat(fetch)
                .failsWithin(LIMIT)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(FetchException.class)
                .actual()
                .getCause();
    }

    /** Asserts that a fetch of the key set fails. */
    void assertFailure(Outcome outcome, String message) {
        Failures.assertFailure(failure(DocumentKind.JWKS), outcome, message);
    }

    @Override
    public void close() {
        if (source != null) {
            source.close();
        }
        timer.close();
    }
}
