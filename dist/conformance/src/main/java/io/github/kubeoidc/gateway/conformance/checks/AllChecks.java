// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.Gateway;
import io.github.kubeoidc.gateway.conformance.NotObservable;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The checks of all sections, and the gateway that those share which only look. */
public final class AllChecks {

    private AllChecks() {}

    /**
     * Those of a delivery. Starts nothing yet.
     *
     * @param delivery starts a gateway for each check that needs one of its own
     * @return a suite of all checks
     */
    public static ConformanceSuite of(Delivery delivery) {
        SharedBed shared = new SharedBed(() -> TestBed.start(delivery, Map.of(), upstream -> {}));
        BedPool pool = new BedPool(delivery, TestBed.EVERY_REQUEST_FETCHES);
        return ConformanceSuite.of(all(delivery, shared, pool), () -> {
            try (pool) {
                shared.close();
            }
        });
    }

    /**
     * Those that can be made of any gateway that runs.
     *
     * @param gateway the gateway
     * @return a suite of the checks of scope {@link Check.Scope#ANY}
     */
    public static ConformanceSuite ofRunning(Gateway gateway) {
        Delivery none = environment -> {
            throw new NotObservable("what a gateway does that is started anew");
        };
        SharedBed shared = new SharedBed(() -> TestBed.around(gateway));
        return ConformanceSuite.of(
                all(none, shared, new BedPool(none, Map.of())).stream()
                        .filter(check -> check.scope() == Check.Scope.ANY)
                        .toList(),
                shared::close);
    }

    private static List<Check> all(Delivery delivery, SharedBed shared, BedPool pool) {
        CheckList list = new CheckList(delivery, shared, pool);
        HttpInterfaceChecks.checks(list);
        TargetChecks.checks(list);
        PlainAnswerChecks.checks(list);
        LingeringCloseChecks.checks(list);
        ConnectionChecks.checks(list);
        GreedyClientChecks.checks(list.in("1.7"));
        RequestSmugglingChecks.checks(list);
        LifetimeChecks.checks(list.in("1.1"));
        PublicDocumentChecks.checks(list);
        DocumentChecks.checks(list);
        ExchangeBoundChecks.checks(list.in("2.2"));
        RefusedDocumentChecks.checks(list);
        ExpectedIssuerChecks.checks(list.in("2.6"));
        CacheChecks.checks(list);
        SharedFetchChecks.checks(list);
        FailureMemoryChecks.checks(list.in("3.4"));
        CredentialChecks.checks(list.in("3.9"));
        StoredDocumentChecks.checks(list);
        HealthChecks.checks(list);
        ConfigurationChecks.checks(list.in("5"));
        VariableChecks.checks(list.in("5"));
        TlsChecks.configuration(list.in("5"));
        LogChecks.checks(list);
        FetchLogChecks.checks(list);
        LogTraceChecks.checks(list);
        LogOverloadChecks.checks(list);
        ToldDocumentChecks.checks(list);
        LifeCycleChecks.checks(list.in("7"));
        TlsChecks.checks(list);
        RelyingPartyChecks.checks(list);
        return list.checks();
    }

    /** The test bed of the checks that only look, started for the first of them. */
    private static final class SharedBed implements Supplier<TestBed> {

        private final Supplier<TestBed> source;
        private @Nullable TestBed bed;

        SharedBed(Supplier<TestBed> source) {
            this.source = source;
        }

        @Override
        public synchronized TestBed get() {
            TestBed current = bed;
            if (current == null) {
                current = source.get();
                bed = current;
            }
            return current;
        }

        synchronized void close() {
            TestBed current = bed;
            if (current != null) {
                bed = null;
                current.close();
            }
        }
    }
}
