// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Collects the checks of one section, and gives each the test bed it needs. */
final class CheckList {

    private final Delivery delivery;
    private final Supplier<TestBed> shared;
    private final List<Check> checks = new ArrayList<>();

    /**
     * Makes an empty list.
     *
     * @param shared gives the running test bed of those checks that only look
     */
    CheckList(Delivery delivery, Supplier<TestBed> shared) {
        this.delivery = delivery;
        this.shared = shared;
    }

    /** Looks at a test bed. */
    @FunctionalInterface
    interface BedBody {
        void run(TestBed bed) throws Exception;
    }

    Delivery delivery() {
        return delivery;
    }

    List<Check> checks() {
        return List.copyOf(checks);
    }

    /** Reads any running gateway, gently, and asks nothing of the stand-in behind it. */
    void anywhere(String section, String sentence, BedBody body) {
        look(section, Check.Severity.MUST, sentence, Check.Scope.ANY, body);
    }

    /** Only looks, at the shared test bed. */
    void must(String section, String sentence, BedBody body) {
        look(section, Check.Severity.MUST, sentence, Check.Scope.SHARED, body);
    }

    /** Only looks, at the shared test bed. */
    void should(String section, String sentence, BedBody body) {
        look(section, Check.Severity.SHOULD, sentence, Check.Scope.SHARED, body);
    }

    /** Has a test bed of its own. */
    void must(String section, String sentence, Map<String, String> environment, BedBody body) {
        must(section, sentence, environment, upstream -> {}, body);
    }

    /** Has a test bed of its own. */
    void should(String section, String sentence, Map<String, String> environment, BedBody body) {
        add(section, Check.Severity.SHOULD, sentence, inBed(environment, upstream -> {}, body));
    }

    /** Has a test bed of its own, whose stand-in is prepared before the gateway starts. */
    void must(
            String section,
            String sentence,
            Map<String, String> environment,
            Consumer<ApiServerStandIn> prepare,
            BedBody body) {
        add(section, Check.Severity.MUST, sentence, inBed(environment, prepare, body));
    }

    /** Has a test bed of its own, whose stand-in is prepared before the gateway starts. */
    void should(
            String section,
            String sentence,
            Map<String, String> environment,
            Consumer<ApiServerStandIn> prepare,
            BedBody body) {
        add(section, Check.Severity.SHOULD, sentence, inBed(environment, prepare, body));
    }

    void add(String section, Check.Severity severity, String sentence, Check.Body body) {
        checks.add(new Check(section, severity, sentence, Check.Scope.OWN, body));
    }

    private void look(String section, Check.Severity severity, String sentence, Check.Scope scope, BedBody body) {
        checks.add(new Check(section, severity, sentence, scope, () -> body.run(shared.get())));
    }

    private Check.Body inBed(Map<String, String> environment, Consumer<ApiServerStandIn> prepare, BedBody body) {
        return () -> {
            try (TestBed bed = TestBed.start(delivery, environment, prepare)) {
                body.run(bed);
            }
        };
    }
}
