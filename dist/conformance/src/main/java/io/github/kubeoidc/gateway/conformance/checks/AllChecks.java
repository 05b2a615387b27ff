// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.Gateway;
import io.github.kubeoidc.gateway.conformance.NotObservable;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The checks of all sections, and the gateway that those share which only look.
 *
 * @param checks the checks, in the order of the sections
 * @param end ends what they share; checks that run afterwards share anew
 */
public record AllChecks(List<Check> checks, Runnable end) {

    private static final List<Function<CheckList, List<Check>>> SECTIONS = List.of(
            HttpInterfaceChecks::checks,
            TargetChecks::checks,
            PlainAnswerChecks::checks,
            LingeringCloseChecks::checks,
            ConnectionChecks::checks,
            GreedyClientChecks::checks,
            RequestSmugglingChecks::checks,
            LifetimeChecks::checks,
            PublicDocumentChecks::checks,
            DocumentChecks::checks,
            ExchangeBoundChecks::checks,
            RefusedDocumentChecks::checks,
            ExpectedIssuerChecks::checks,
            CacheChecks::checks,
            SharedFetchChecks::checks,
            FailureMemoryChecks::checks,
            CredentialChecks::checks,
            StoredDocumentChecks::checks,
            HealthChecks::checks,
            ConfigurationChecks::checks,
            VariableChecks::checks,
            TlsChecks::configuration,
            LogChecks::checks,
            FetchLogChecks::checks,
            LogTraceChecks::checks,
            LogOverloadChecks::checks,
            ToldDocumentChecks::checks,
            LifeCycleChecks::checks,
            TlsChecks::checks,
            RelyingPartyChecks::checks);

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
        return new AllChecks(
                SECTIONS.stream()
                        .flatMap(section -> section.apply(new CheckList(delivery, shared)).stream())
                        .toList(),
                shared::close);
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
