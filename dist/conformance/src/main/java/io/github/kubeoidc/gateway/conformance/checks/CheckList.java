// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.Check.Scope;
import io.github.kubeoidc.gateway.conformance.Check.Severity;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Collects the checks of a section, and gives each what it looks at. */
final class CheckList {

    private final Delivery delivery;
    private final Supplier<TestBed> shared;
    private final BedPool pool;
    private final String section;
    private final List<Check> checks;

    /**
     * Makes an empty list.
     *
     * @param shared gives the running test bed of those checks that only look
     * @param pool gives one after the other a test bed to those that break upstream for a moment
     */
    CheckList(Delivery delivery, Supplier<TestBed> shared, BedPool pool) {
        this(delivery, shared, pool, "", new ArrayList<>());
    }

    private CheckList(Delivery delivery, Supplier<TestBed> shared, BedPool pool, String section, List<Check> checks) {
        this.delivery = delivery;
        this.shared = shared;
        this.pool = pool;
        this.section = section;
        this.checks = checks;
    }

    /** Starts what one check looks at, and nobody else. */
    @FunctionalInterface
    interface Start<T extends AutoCloseable> {
        T by(Delivery delivery) throws Exception;
    }

    /** Looks at something. */
    @FunctionalInterface
    interface Body<T> {
        void run(T subject) throws Exception;
    }

    /** The same list, for the checks of that section. */
    CheckList in(String number) {
        return new CheckList(delivery, shared, pool, number, checks);
    }

    Delivery delivery() {
        return delivery;
    }

    /** Starts a gateway that has to refuse its configuration. */
    Refusal refused(Map<String, String> environment) {
        return Refusal.of(delivery, environment);
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    /** Reads any running gateway, gently, and asks nothing of the stand-in behind it. */
    void anywhere(String sentence, Body<TestBed> body) {
        add(Severity.MUST, sentence, Scope.ANY, () -> body.run(shared.get()));
    }

    /** Only looks, at the shared test bed. */
    void must(String sentence, Body<TestBed> body) {
        add(Severity.MUST, sentence, Scope.SHARED, () -> body.run(shared.get()));
    }

    /** Only looks, at the shared test bed. */
    void should(String sentence, Body<TestBed> body) {
        add(Severity.SHOULD, sentence, Scope.SHARED, () -> body.run(shared.get()));
    }

    /** Has a test bed of its own. */
    void must(String sentence, Map<String, String> environment, Body<TestBed> body) {
        must(sentence, environment, upstream -> {}, body);
    }

    /** Has a test bed of its own. */
    void should(String sentence, Map<String, String> environment, Body<TestBed> body) {
        should(sentence, environment, upstream -> {}, body);
    }

    /** Has a test bed of its own, whose stand-in is prepared before the gateway starts. */
    void must(
            String sentence, Map<String, String> environment, Consumer<ApiServerStandIn> prepare, Body<TestBed> body) {
        must(sentence, by -> TestBed.start(by, environment, prepare), body);
    }

    /** Has a test bed of its own, whose stand-in is prepared before the gateway starts. */
    void should(
            String sentence, Map<String, String> environment, Consumer<ApiServerStandIn> prepare, Body<TestBed> body) {
        should(sentence, by -> TestBed.start(by, environment, prepare), body);
    }

    /** Breaks upstream for a moment: has a test bed alone, in which every request fetches, and leaves it to the next check. */
    void mustInTurn(String sentence, Body<TestBed> body) {
        add(Severity.MUST, sentence, Scope.OWN, () -> pool.with(body));
    }

    /** Has something else of its own. */
    <T extends AutoCloseable> void must(String sentence, Start<T> start, Body<T> body) {
        own(Severity.MUST, sentence, start, body);
    }

    /** Has something else of its own. */
    <T extends AutoCloseable> void should(String sentence, Start<T> start, Body<T> body) {
        own(Severity.SHOULD, sentence, start, body);
    }

    /** Has something else of its own. */
    // An interrupt while it is closed ends the check too.
    @SuppressWarnings("try")
    <T extends AutoCloseable> void own(Severity severity, String sentence, Start<T> start, Body<T> body) {
        add(severity, sentence, Scope.OWN, () -> {
            try (T subject = start.by(delivery)) {
                body.run(subject);
            }
        });
    }

    /** Starts for itself what it looks at. */
    void must(String sentence, Check.Body body) {
        add(Severity.MUST, sentence, Scope.OWN, body);
    }

    /** Starts for itself what it looks at. */
    void should(String sentence, Check.Body body) {
        add(Severity.SHOULD, sentence, Scope.OWN, body);
    }

    private void add(Severity severity, String sentence, Scope scope, Check.Body body) {
        checks.add(new Check(section, severity, sentence, scope, body));
    }
}
