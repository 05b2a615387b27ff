// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.cache.CacheModel.Settings;
import io.github.kubeoidc.gateway.cache.CacheModel.Upstream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** CONTRACT 3.1 to 3.7, 3.10 and 4.1 to 4.3: in every order of events the cache does what {@link CacheModel} says. */
class CacheModelTest {
    private static final long TTL = 10_000;

    /** One thing that happens; written out, it is what a failure shows. */
    private sealed interface Step {
        record Request(DocumentKind kind) implements Step {}

        record Probe() implements Step {}

        record TimePasses(long millis) implements Step {}

        record UpstreamAnswers(DocumentKind kind) implements Step {}

        record UpstreamFails(DocumentKind kind, Outcome how) implements Step {}

        record FromNowOn(Upstream behaviour) implements Step {}
    }

    /** An answer of the cache and that of the model. */
    private record Asked(int step, CompletableFuture<?> answer, Supplier<String> expected) {}

    @Property(tries = 2000)
    void cacheAndModelAgree(@ForAll("settings") Settings settings, @ForAll("steps") List<Step> steps) {
        FakeStore store = new FakeStore();
        if (settings.storedAge() >= 0) {
            for (DocumentKind kind : DocumentKind.values()) {
                store.with(kind, "0", Duration.ofMillis(settings.storedAge()));
            }
        }
        Map<String, String> configuration = Map.of(
                "CACHE_TTL_SECONDS", "" + settings.ttl() / 1000,
                "HEALTH_MAX_STALE_SECONDS", "" + settings.healthMaxStale() / 1000);
        CacheBench bench = new CacheBench(configuration, store);
        bench.jitter = settings.jitter();
        CacheModel model = new CacheModel(settings);
        List<Asked> all = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            take(steps.get(i), i, bench, model, all);
            assertThat(all.stream()
                            .map(asked -> asked.step + ": " + outcome(asked.answer))
                            .toList())
                    .as("answers to steps after step %d", i)
                    .isEqualTo(all.stream()
                            .map(asked -> asked.step + ": " + asked.expected.get())
                            .toList());
            for (DocumentKind kind : DocumentKind.values()) {
                assertThat(bench.source.asked(kind))
                        .as("fetches of %s after step %d", kind, i)
                        .isEqualTo(model.of(kind).asked());
            }
        }
    }

    private static void take(Step step, int number, CacheBench bench, CacheModel model, List<Asked> all) {
        if (step instanceof Step.Request request) {
            all.add(new Asked(
                    number, bench.get(request.kind), model.of(request.kind).request()));
        } else if (step instanceof Step.Probe) {
            all.add(new Asked(number, bench.cache.check(), model.probe()));
        } else if (step instanceof Step.TimePasses time) {
            bench.clock.advance(time.millis * 1_000_000);
            model.pass(time.millis);
        } else if (step instanceof Step.UpstreamAnswers answer
                && model.of(answer.kind).isFetching()) {
            bench.source.succeed(answer.kind);
            model.of(answer.kind).succeed();
        } else if (step instanceof Step.UpstreamFails failure
                && model.of(failure.kind).isFetching()) {
            bench.source.fail(failure.kind, failure.how);
            model.of(failure.kind).fail(failure.how == Outcome.TIMEOUT);
        } else if (step instanceof Step.FromNowOn next) {
            bench.source.turn(next.behaviour);
            model.turn(next.behaviour);
        }
    }

    /** What an answer says, in the model's words. */
    private static String outcome(CompletableFuture<?> answer) {
        if (!answer.isDone()) {
            return null;
        }
        if (answer.join() instanceof Boolean good) {
            return good ? "GOOD" : "BAD";
        }
        Answer given = (Answer) answer.join();
        return given.representation() == null
                ? given.status().name()
                : given.status() + " " + new String(given.representation().body(), StandardCharsets.UTF_8);
    }

    @Provide
    Arbitrary<Settings> settings() {
        return Combinators.combine(
                        Arbitraries.of(TTL, 0L),
                        Arbitraries.of(0L, 5_000L, 60_000L),
                        Arbitraries.of(-1L, 0L, 4_000L, 100_000L),
                        Arbitraries.of(0.0, 0.5))
                .as(Settings::new);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<DocumentKind> kinds = Arbitraries.of(DocumentKind.class);
        // The times at which something changes, one before and one after.
        Arbitrary<Long> times = Arbitraries.of(
                1L, 298L, 299L, 300L, 599L, 899L, 900L, 999L, 1000L, 1799L, 1999L, 4999L, 5000L, 7998L, 7999L, 8000L,
                9999L, 10_000L, 10_001L, 29_999L, 60_000L);
        return Arbitraries.<Step>frequencyOf(
                        Tuple.of(6, kinds.map(Step.Request::new)),
                        Tuple.of(3, Arbitraries.create(Step.Probe::new)),
                        Tuple.of(6, times.map(Step.TimePasses::new)),
                        Tuple.of(3, kinds.map(Step.UpstreamAnswers::new)),
                        Tuple.of(2, kinds.map(kind -> new Step.UpstreamFails(kind, Outcome.IO))),
                        Tuple.of(1, kinds.map(kind -> new Step.UpstreamFails(kind, Outcome.TIMEOUT))),
                        Tuple.of(1, Arbitraries.of(Upstream.class).map(Step.FromNowOn::new)))
                .list()
                .ofMaxSize(40);
    }
}
