// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.Gateway;
import io.github.kubeoidc.gateway.conformance.NotObservable;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The checks of all sections, and the gateway that those share which only look.
 *
 * @param checks the checks, in the order of the sections
 * @param end ends what they share; checks that run afterwards share anew
 */
public record AllChecks(List<Check> checks, Runnable end) {

    /**
     * Those of a delivery. Starts nothing yet.
     *
     * @param delivery starts a gateway for each check that needs one of its own
     * @return all checks
     */
    public static AllChecks of(Delivery delivery) {
        return of(delivery, new SharedBed(() -> TestBed.start(delivery, Map.of(), upstream -> {})));
    }

    /**
     * Those that can be made of any gateway that runs.
     *
     * @param gateway the gateway
     * @return the checks of scope {@link Check.Scope#ANY}
     */
    public static AllChecks ofRunning(Gateway gateway) {
        Delivery none = environment -> {
            throw new NotObservable("what a gateway does that is started anew");
        };
        AllChecks all = of(none, new SharedBed(() -> TestBed.around(gateway)));
        return new AllChecks(
                all.checks.stream()
                        .filter(check -> check.scope() == Check.Scope.ANY)
                        .toList(),
                all.end);
    }

    private static AllChecks of(Delivery delivery, SharedBed shared) {
        CheckList list = new CheckList(delivery, shared);
        addAll(list);
        return new AllChecks(list.checks(), shared::close);
    }

    private static void addAll(CheckList list) {
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
