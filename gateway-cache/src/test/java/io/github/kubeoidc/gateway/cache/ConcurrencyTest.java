// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CONTRACT 3.2 and 3.6 with threads that really run beside each other. */
@Timeout(60)
class ConcurrencyTest {
    private static final int THREADS = 4;
    private static final int ROUNDS = 100;
    private static final long TTL = Duration.ofSeconds(10).toNanos();

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);

    @AfterEach
    void stopThreads() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void threadsThatArriveTogetherShareOneFetchInEveryRound() throws Exception {
        DocumentCache cache = cache();
        CyclicBarrier together = new CyclicBarrier(THREADS);
        for (int round = 1; round <= ROUNDS; round++) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                Callable<Answer> request = () -> {
                    together.await(10, TimeUnit.SECONDS);
                    return cache.get(JWKS).get(10, TimeUnit.SECONDS);
                };
                answers.add(threads.submit(request));
            }
            for (Future<Answer> answer : answers) {
                Answer got = answer.get(10, TimeUnit.SECONDS);
                assertThat(got.status()).isIn(CacheStatus.HIT, CacheStatus.MISS);
                assertUntorn(got);
                assertThat(version(got)).isEqualTo(round);
            }
            assertThat(asked).hasValue(round);
            now.addAndGet(TTL + 1);
        }
        assertThat(mostInFlight).hasValue(1);
    }

    @Test
    void readersBesideRefreshesSeeWholeDocumentsThatNeverGoBack() throws Exception {
        DocumentCache cache = cache();
        cache.get(JWKS).get(10, TimeUnit.SECONDS);
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch reading = new CountDownLatch(THREADS);
        List<Future<Long>> readers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Callable<Long> reader = () -> {
                long reads = 0;
                int last = 0;
                while (!done.get()) {
                    Answer answer = cache.get(JWKS).get(10, TimeUnit.SECONDS);
                    assertUntorn(answer);
                    assertThat(version(answer)).isGreaterThanOrEqualTo(last);
                    last = version(answer);
                    reads++;
                    reading.countDown();
                }
                return reads;
            };
            readers.add(threads.submit(reader));
        }
        // On a busy machine all rounds may be over before a thread has begun.
        assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        for (int round = 1; round <= ROUNDS; round++) {
            now.addAndGet(TTL * 9 / 10);
            while (version(cache.get(JWKS).get(10, TimeUnit.SECONDS)) <= round) {
                assertThat(System.nanoTime()).as("time").isLessThan(deadline);
            }
        }
        done.set(true);
        for (Future<Long> reader : readers) {
            assertThat(reader.get(10, TimeUnit.SECONDS)).isPositive();
        }
        assertThat(mostInFlight).hasValue(1);
        assertThat(asked).hasValue(ROUNDS + 1);
    }

    /** A cache whose upstream answers from a thread of its own, with a higher version each time. */
    private DocumentCache cache() throws ConfigurationException {
        Map<String, String> settings = Map.of("CACHE_TTL_SECONDS", "10", "PRETTY_PRINT_JSON", "true");
        return new DocumentCache(
                GatewayConfig.from(settings::get),
                kind -> {
                    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
                    int version = asked.incrementAndGet();
                    CompletableFuture<Document> result = new CompletableFuture<>();
                    threads.execute(() -> {
                        byte[] json = "{\"version\":%d}".formatted(version).getBytes(StandardCharsets.UTF_8);
                        inFlight.decrementAndGet();
                        result.complete(new Document(kind, json, null));
                    });
                    return result;
                },
                DocumentStore.NONE,
                now::get,
                (delay, task) -> {},
                () -> 0,
                Events.NONE);
    }

    private static void assertUntorn(Answer answer) {
        String digest = StressTest.sha256(answer.representation().body());
        assertThat(answer.representation().etag()).isEqualTo('"' + digest + '"');
    }

    private static int version(Answer answer) {
        String json = new String(answer.representation().body(), StandardCharsets.UTF_8);
        return Integer.parseInt(json.replaceAll("\\D", ""));
    }
}
