// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A cache with everything around it in the test's hands. */
final class CacheBench {
    final ManualClock clock = new ManualClock();
    final FakeSource source = new FakeSource();
    final FakeStore store;
    final DocumentCache cache;
    final List<String> told = new ArrayList<>();

    /** What the cache is told when it asks for a random number, after {@link #nextJitters}. */
    double jitter;

    final Deque<Double> nextJitters = new ArrayDeque<>();

    /** A TTL of 100 s, so that a refresh is due from 80 s on, unless the settings say otherwise. */
    CacheBench(Map<String, String> settings) {
        this(settings, new FakeStore());
    }

    /** A cache that finds what is in the store. */
    CacheBench(Map<String, String> settings, FakeStore store) {
        this.store = store;
        cache = new DocumentCache(
                config(settings),
                source,
                store,
                clock,
                clock,
                () -> nextJitters.isEmpty() ? jitter : nextJitters.remove(),
                new ToldFetches(told));
    }

    CacheBench() {
        this(Map.of());
    }

    private static GatewayConfig config(Map<String, String> settings) {
        Map<String, String> defaults = Map.of("CACHE_TTL_SECONDS", "100", "PRETTY_PRINT_JSON", "false");
        try {
            return GatewayConfig.from(name -> settings.getOrDefault(name, defaults.get(name)));
        } catch (ConfigurationException e) {
            throw new AssertionError(e);
        }
    }

    CompletableFuture<Answer> get(DocumentKind kind) {
        return cache.get(kind);
    }

    /** Has a document fetched, so that it is in the cache, of age 0. */
    void load(DocumentKind kind, String json) {
        get(kind);
        source.succeed(kind, json);
    }

    /** Has a document fetched that is then stale, of age 101 s. */
    void loadStale(DocumentKind kind, String json) {
        load(kind, json);
        advance(Duration.ofSeconds(101));
    }

    /** Has the document asked for and upstream fail. */
    void failOnDemand(DocumentKind kind) {
        get(kind);
        source.fail(kind);
    }

    /** Has both documents fetched, as they are at a start. */
    void loadBoth() {
        load(DISCOVERY, "{}");
        load(JWKS, "{}");
    }

    /** Has both fetches in flight fail. */
    void failBoth() {
        source.fail(JWKS);
        source.fail(DISCOVERY);
    }

    /** Asserts how often each document was asked for so far. */
    void assertAsked(int discovery, int jwks) {
        assertThat(source.asked(DISCOVERY))
                .as("fetches of the discovery document")
                .isEqualTo(discovery);
        assertThat(source.asked(JWKS)).as("fetches of the key set").isEqualTo(jwks);
    }

    /** Asserts what health says now. */
    void assertHealth(boolean expected) {
        assertThat(cache.check()).isCompletedWithValue(expected);
    }

    void advance(Duration time) {
        clock.advance(time);
    }

    static void assertWaiting(CompletableFuture<?> future) {
        assertThat(future.isDone()).as("is done").isFalse();
    }

    /** Asserts that an answer is there now, whence it comes and what it says. */
    static void assertAnswer(CompletableFuture<Answer> future, CacheStatus status, String json) {
        assertThat(future.isDone()).as("is done").isTrue();
        Answer answer = future.join();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.representation()).isNotNull();
        assertThat(new String(answer.representation().body(), StandardCharsets.UTF_8))
                .isEqualTo(json);
    }

    static void assertNothing(CompletableFuture<Answer> future) {
        assertThat(future.isDone()).as("is done").isTrue();
        assertThat(future.join()).isEqualTo(Answer.NONE);
    }
}
