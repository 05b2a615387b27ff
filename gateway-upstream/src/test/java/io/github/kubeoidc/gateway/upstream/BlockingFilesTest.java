// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.testsupport.LogLines;
import io.github.kubeoidc.gateway.testsupport.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** CONTRACT 3.9: "A file that blocks whoever opens it (a FIFO, a hung mount) holds up one reader and no more". */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no mkfifo")
class BlockingFilesTest extends AgainstRawServer {
    @BeforeEach
    void haveADocument() {
        server.document(Bench.JWKS);
    }

    private static void fifo(Path path) throws IOException, InterruptedException {
        Files.delete(path);
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
    }

    @Test
    void atAStartAFifoIsAFailureUntilAGoodFileIsInItsPlace() throws IOException, InterruptedException {
        fifo(bench.token);
        try (LogLines log = LogLines.of(directory)) {
            bench.open(server);
            assertThat(log.awaited(1))
                    .containsExactly("WARN SA_TOKEN_PATH " + bench.token
                            + " cannot be read: it is no regular file, and opening it may block: documents cannot be"
                            + " fetched until it is there");
        }
        assertThat(bench.failure(DocumentKind.JWKS).outcome()).isEqualTo(Outcome.UNAUTHORIZED);
        bench.write(bench.token, "good-again");
        bench.fetch(DocumentKind.JWKS);
        assertThat(server.requests()).singleElement().asString().contains("Bearer good-again\r\n");
    }

    @Test
    void laterTheLastGoodOneStaysInUse() throws IOException, InterruptedException {
        bench.open(server).fetch(DocumentKind.JWKS);
        fifo(bench.token);
        bench.fetch(DocumentKind.JWKS);
        bench.fetch(DocumentKind.JWKS);
        assertThat(server.requests()).hasSize(3).allMatch(head -> head.contains("Bearer " + Bench.TOKEN));
        bench.write(bench.token, "new");
        bench.fetch(DocumentKind.JWKS);
        assertThat(server.requests().get(3)).contains("Bearer new\r\n");
    }

    // A mount that hangs cannot be had here: this is what reads from one.
    @Test
    void aCallThatHangsHoldsUpOneThreadAndThoseWhoAskLaterNotAtAll() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        Workers workers = new Workers("blocking-files-test");
        BlockingCall<String> call = new BlockingCall<>(
                () -> {
                    calls.incrementAndGet();
                    release.await();
                    return "read";
                },
                workers,
                Duration.ofMillis(20).toNanos(),
                (read, failure) -> {});
        for (int i = 0; i < 100; i++) {
            assertThat(catchThrowable(call::get)).isInstanceOf(TimeoutException.class);
        }
        // The thread may be slower to begin than all of them to give up.
        Waiting.until(() -> calls.get() > 0);
        assertThat(calls).hasValue(1);
        assertThat(workers.getLargestPoolSize()).isEqualTo(1);
        release.countDown();
        assertThat(call.begin()).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("read");
        workers.end(Duration.ofSeconds(5));
    }
}
