// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.Representation;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * CONTRACT 3.2, 3.3, 3.4, 3.6 and 4.2 while readers, probes, time and an upstream that answers ever newer documents, fails and
 * dawdles go their own ways. {@code -Dgateway.stress.seconds=600} makes each run longer.
 */
class StressTest {
    /** How much faster time goes for the cache: a second is 50 microseconds. */
    private static final long SPEED = 20_000;

    private static final int READERS = 3;
    private static final int PROBES = 1;
    private static final int ENOUGH = 10;
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("gateway.stress.seconds", 2));
    private static final Pattern CONTENT =
            Pattern.compile("\\{\\s*\"version\": (\\d+),\\s*\"filler\": \"(.+)\",\\s*\"again\": (\\d+)\\s*}");

    private final long start = System.nanoTime();
    private final ExecutorService threads = Executors.newFixedThreadPool(READERS + PROBES);
    private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(2);
    private final ErraticSource source = new ErraticSource(timers, this::now);

    @AfterEach
    void stopThreads() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        timers.shutdownNow();
        assertThat(timers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"10, 0", "10, 60", "0, 0"})
    void nobodyEverSeesAnOlderTornOrLostDocument(int ttl, int healthMaxStale) throws Exception {
        DocumentCache cache = cache(ttl, healthMaxStale);
        long end = System.nanoTime() + LENGTH.toNanos();
        List<Future<Long>> running = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            Callable<Long> reader = () -> {
                Reader one = new Reader(cache);
                // Where the machine stalls, time alone would end it too early.
                while (System.nanoTime() - end < 0 || source.succeeded() <= ENOUGH) {
                    one.read(DocumentKind.values()[ThreadLocalRandom.current().nextInt(2)]);
                }
                return one.reads;
            };
            running.add(threads.submit(reader));
        }
        for (int i = 0; i < PROBES; i++) {
            Callable<Long> probe = () -> {
                long probes = 0;
                while (System.nanoTime() - end < 0 || probes == 0) {
                    cache.check().get(10, TimeUnit.SECONDS);
                    probes++;
                }
                return probes;
            };
            running.add(threads.submit(probe));
        }
        for (Future<Long> one : running) {
            assertThat(one.get(LENGTH.toSeconds() + 30, TimeUnit.SECONDS)).isPositive();
        }
        assertThat(source.mostInFlight())
                .as("fetches of one document in flight")
                .isEqualTo(1);
        assertThat(source.succeeded()).as("documents fetched").isGreaterThan(ENOUGH);
        if (ttl > 0) {
            // A pause after a failure is 1 s less a fifth, and so is no time between two fetches shorter.
            assertThat(Duration.ofNanos(source.shortestPause())).isGreaterThanOrEqualTo(Duration.ofMillis(800));
        }
    }

    /** Somebody who asks again and again, the next time from within the answer. */
    private final class Reader {
        private final DocumentCache cache;
        private long reads;
        private Representation last;
        private long lastVersion;

        Reader(DocumentCache cache) {
            this.cache = cache;
        }

        void read(DocumentKind kind) throws Exception {
            long known = source.newestSeen(kind);
            cache.get(kind)
                    .thenCompose(answer -> {
                        check(kind, answer, known);
                        long newer = source.newestSeen(kind);
                        return cache.get(kind).thenAccept(again -> check(kind, again, newer));
                    })
                    .get(10, TimeUnit.SECONDS);
            reads++;
        }

        private synchronized void check(DocumentKind kind, Answer answer, long known) {
            Representation representation = answer.representation();
            if (representation == null) {
                assertThat(answer.status()).isEqualTo(CacheStatus.NONE);
                assertThat(known).as("newest %s when there was none", kind).isZero();
                return;
            }
            if (representation != last) {
                lastVersion = version(representation);
                last = representation;
            }
            if (lastVersion < known) {
                throw new AssertionError(
                        "%s of %s is %d, after %d".formatted(answer.status(), kind, lastVersion, known));
            }
            source.see(kind, lastVersion);
        }
    }

    /** Looks whether a representation is of one piece, and returns which one it is. */
    private static long version(Representation representation) {
        assertThat(representation.etag()).isEqualTo('"' + sha256(representation.body()) + '"');
        Matcher content = CONTENT.matcher(new String(representation.body(), StandardCharsets.UTF_8));
        assertThat(content.matches()).as("is whole").isTrue();
        assertThat(content.group(3)).isEqualTo(content.group(1));
        return Long.parseLong(content.group(1));
    }

    static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private long now() {
        return (System.nanoTime() - start) * SPEED;
    }

    private DocumentCache cache(int ttl, int healthMaxStale) throws ConfigurationException {
        Map<String, String> settings =
                Map.of("CACHE_TTL_SECONDS", "" + ttl, "HEALTH_MAX_STALE_SECONDS", "" + healthMaxStale);
        return new DocumentCache(
                GatewayConfig.from(settings::get),
                source,
                DocumentStore.NONE,
                this::now,
                (delay, task) -> timers.schedule(task, delay.toNanos() / SPEED, TimeUnit.NANOSECONDS),
                () -> ThreadLocalRandom.current().nextDouble(),
                Events.NONE);
    }

    /** A document that says twice which one it is. */
    static Document document(DocumentKind kind, long version) {
        String json = "{\"version\":%d,\"filler\":\"%s\",\"again\":%d}".formatted(version, "x".repeat(200), version);
        return new Document(kind, json.getBytes(StandardCharsets.UTF_8), null);
    }
}
