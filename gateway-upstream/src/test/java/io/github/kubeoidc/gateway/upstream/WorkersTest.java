// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Waiting;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CONTRACT 12: "an undeploy … leave[s] no thread, timer or class loader behind". */
@Timeout(60)
class WorkersTest {
    private final Workers workers = new Workers("workers-test");

    @Test
    void threadsHaveEndedWhenTheEndReturns() {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        workers.execute(() -> thread.complete(Thread.currentThread()));
        thread.join();
        workers.end(Duration.ofSeconds(20));
        assertThat(thread.join().isAlive()).isFalse();
    }

    // A system without threads fails one start after the other, as long as that lasts.
    @Test
    void aThreadThatCouldNotBeStartedIsForgotten() {
        WeakReference<Thread> thread =
                new WeakReference<>(workers.getThreadFactory().newThread(() -> {}));
        Waiting.until(() -> {
            System.gc();
            return thread.get() == null;
        });
    }
}
