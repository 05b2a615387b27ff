// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The checks for one gateway. They are independent of each other and may run at the same time.
 */
public final class ConformanceSuite implements AutoCloseable {

    private final List<Check> checks;
    private final Runnable end;

    private ConformanceSuite(List<Check> checks, Runnable end) {
        this.checks = List.copyOf(checks);
        this.end = end;
    }

    /**
     * All checks that need no cluster: gateways are started for them, with a stand-in for an API server behind each. Starts
     * nothing yet.
     *
     * @param delivery what to check
     * @return the suite
     */
    public static ConformanceSuite of(Delivery delivery) {
        SharedBed shared = new SharedBed(() -> TestBed.start(delivery, Map.of(), upstream -> {}));
        return of(all(delivery, shared), shared::close);
    }

    /**
     * The checks that can be made of a gateway that runs already: they only read, a few hundred requests one after the
     * other.
     *
     * @param gateway where it is, {@code http} or {@code https}, with a path if the documents are below one
     * @return the suite
     */
    public static ConformanceSuite ofRunning(URI gateway) {
        Delivery none = environment -> {
            throw new CannotBeSeen("what a gateway does that is started anew");
        };
        SharedBed shared = new SharedBed(() -> TestBed.around(new RunningGateway(gateway)));
        return of(
                all(none, shared).stream()
                        .filter(check -> check.scope() == Check.Scope.ANY)
                        .toList(),
                shared::close);
    }

    /**
     * Checks of other makers.
     *
     * @param checks what there is to check, in the order in which it is reported
     * @param end ends what the checks share
     * @return the suite
     */
    public static ConformanceSuite of(List<Check> checks, Runnable end) {
        return new ConformanceSuite(checks, end);
    }

    /**
     * This suite's checks and then another's.
     *
     * @param next the other suite
     * @return a suite of both; closing it closes both
     */
    public ConformanceSuite and(ConformanceSuite next) {
        return of(Stream.concat(checks.stream(), next.checks.stream()).toList(), () -> {
            try (next) {
                close();
            }
        });
    }

    private static List<Check> all(Delivery delivery, SharedBed shared) {
        return Stream.<Function<CheckList, List<Check>>>of(
                        HttpInterfaceChecks::checks,
                        TargetChecks::checks,
                        PlainAnswerChecks::checks,
                        LingeringCloseChecks::checks,
                        ConnectionChecks::checks,
                        CrookedRequestChecks::checks,
                        LifetimeChecks::checks,
                        PublicDocumentChecks::checks,
                        DocumentChecks::checks,
                        RefusedDocumentChecks::checks,
                        ExpectedIssuerChecks::checks,
                        CacheChecks::checks,
                        FailureMemoryChecks::checks,
                        CredentialChecks::checks,
                        StoredDocumentChecks::checks,
                        HealthChecks::checks,
                        ConfigurationChecks::checks,
                        LogChecks::checks,
                        LogOverloadChecks::checks,
                        ToldDocumentChecks::checks,
                        LifeCycleChecks::checks,
                        RelyingPartyChecks::checks)
                .flatMap(section -> section.apply(new CheckList(delivery, shared)).stream())
                .toList();
    }

    /**
     * What there is to check, in the order of the sections.
     *
     * @return the checks
     */
    public List<Check> checks() {
        return checks;
    }

    /**
     * Ends what the checks share. Checks that run afterwards share anew.
     */
    @Override
    public void close() {
        end.run();
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
