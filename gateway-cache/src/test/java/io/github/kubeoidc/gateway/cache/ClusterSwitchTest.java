// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static io.github.kubeoidc.gateway.cache.ExpectedIssuerTest.OURS;
import static io.github.kubeoidc.gateway.cache.ExpectedIssuerTest.THEIRS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.DocumentKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * CONTRACT 2.6, "never publishes another cluster's keys": at whichever moment upstream becomes another cluster, in every order of
 * requests, probes, answers and failures. But for the one that is meant so: where the discovery document alone cannot be had, what it
 * said last decides, see {@link KeySetIssuerTest}.
 */
class ClusterSwitchTest {
    /** One thing that happens; written out, it is what a failure shows. */
    private sealed interface Step {
        record Request(DocumentKind kind) implements Step {}

        record Probe() implements Step {}

        record TimePasses(long millis) implements Step {}

        /** Upstream decides what it answers, and may be another cluster when that arrives. */
        record UpstreamAnswers(DocumentKind kind) implements Step {}

        record AnswerArrives(DocumentKind kind) implements Step {}

        record KeysFail() implements Step {}

        record Outage() implements Step {}
    }

    private CacheBench bench;
    private final List<CompletableFuture<Answer>> answers = new ArrayList<>();
    private final Map<DocumentKind, String> onTheWay = new EnumMap<>(DocumentKind.class);
    private String cluster;

    @Property(tries = 3000)
    void noDocumentOfAnotherClusterIsServedOrStored(
            @ForAll("ttls") String ttl, @ForAll("steps") List<Step> before, @ForAll("steps") List<Step> after) {
        bench = new CacheBench(Map.of("EXPECTED_ISSUER", OURS, "CACHE_TTL_SECONDS", ttl));
        answers.clear();
        onTheWay.clear();
        cluster = OURS;
        before.forEach(this::take);
        cluster = THEIRS;
        after.forEach(this::take);
        assertThat(answers)
                .filteredOn(CompletableFuture::isDone)
                .extracting(answer -> answer.join().representation())
                .allMatch(document ->
                        document == null || !new String(document.body(), StandardCharsets.UTF_8).contains(THEIRS));
        bench.source.assertOneAtATime();
        assertThat(bench.store.saved).noneMatch(saved -> new String(saved.json()).contains(THEIRS));
    }

    /** However it went before, what comes once all is well is served. */
    @Property(tries = 500)
    void afterwardsTheDocumentsOfTheExpectedIssuerAreServed(
            @ForAll("ttls") String ttl, @ForAll("steps") List<Step> before, @ForAll("steps") List<Step> after) {
        noDocumentOfAnotherClusterIsServedOrStored(ttl, before, after);
        arriveAll();
        cluster = OURS;
        // Longer than the TTL, and than each pause.
        bench.advance(Duration.ofSeconds(101));
        for (DocumentKind kind : DocumentKind.values()) {
            CompletableFuture<Answer> answer = bench.get(kind);
            arriveAll();
            assertThat(answer.join().representation()).isNotNull();
            assertThat(bench.cache.age(kind)).isZero();
        }
    }

    private void arriveAll() {
        while (bench.source.isFetching(JWKS) || bench.source.isFetching(DISCOVERY)) {
            for (DocumentKind kind : DocumentKind.values()) {
                take(new Step.UpstreamAnswers(kind));
                take(new Step.AnswerArrives(kind));
            }
        }
    }

    private void take(Step step) {
        if (step instanceof Step.Request request) {
            answers.add(bench.get(request.kind));
        } else if (step instanceof Step.Probe) {
            bench.cache.check();
        } else if (step instanceof Step.TimePasses time) {
            bench.advance(Duration.ofMillis(time.millis));
        } else if (step instanceof Step.UpstreamAnswers answer && bench.source.isFetching(answer.kind)) {
            onTheWay.putIfAbsent(answer.kind, cluster);
        } else if (step instanceof Step.AnswerArrives answer && onTheWay.containsKey(answer.kind)) {
            String issuer = onTheWay.remove(answer.kind);
            bench.source.succeed(answer.kind, answer.kind + " of " + issuer, answer.kind == DISCOVERY ? issuer : null);
        } else if (step instanceof Step.KeysFail) {
            fail(JWKS);
        } else if (step instanceof Step.Outage && bench.source.isFetching(JWKS)) {
            fail(JWKS);
            fail(DISCOVERY);
        }
    }

    private void fail(DocumentKind kind) {
        if (bench.source.isFetching(kind)) {
            onTheWay.remove(kind);
            bench.source.fail(kind);
        }
    }

    @Provide
    Arbitrary<String> ttls() {
        return Arbitraries.of("0", "100");
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<DocumentKind> kinds = Arbitraries.of(DocumentKind.class);
        return Arbitraries.<Step>frequencyOf(
                        Tuple.of(4, kinds.map(Step.Request::new)),
                        Tuple.of(1, Arbitraries.create(Step.Probe::new)),
                        Tuple.of(
                                2,
                                Arbitraries.of(1L, 500L, 1000L, 30_000L, 80_000L, 101_000L)
                                        .map(Step.TimePasses::new)),
                        Tuple.of(6, kinds.map(Step.UpstreamAnswers::new)),
                        Tuple.of(6, kinds.map(Step.AnswerArrives::new)),
                        Tuple.of(1, Arbitraries.create(Step.KeysFail::new)),
                        Tuple.of(1, Arbitraries.create(Step.Outage::new)))
                .list()
                .ofMaxSize(40);
    }
}
