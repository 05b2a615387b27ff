// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The checks for one gateway. They are independent of each other and may run at the same time.
 */
public final class ConformanceSuite implements AutoCloseable {

    private final Delivery delivery;
    private final Supplier<TestBed> bed;
    private final Predicate<Check> possible;
    private @Nullable TestBed shared;

    private ConformanceSuite(Delivery delivery, Supplier<TestBed> bed, Predicate<Check> possible) {
        this.delivery = delivery;
        this.bed = bed;
        this.possible = possible;
    }

    /**
     * All checks: gateways are started for them, with a stand-in for an API server behind each. Starts nothing yet.
     *
     * @param delivery what to check
     * @return the suite
     */
    public static ConformanceSuite of(Delivery delivery) {
        return new ConformanceSuite(delivery, () -> TestBed.start(delivery, Map.of(), upstream -> {}), check -> true);
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
        return new ConformanceSuite(
                none, () -> TestBed.around(new RunningGateway(gateway)), check -> check.scope() == Check.Scope.ANY);
    }

    /**
     * What there is to check, in the order of the sections.
     *
     * @return the checks
     */
    public List<Check> checks() {
        return Stream.<Function<CheckList, List<Check>>>of(
                        HttpInterfaceChecks::checks,
                        TargetChecks::checks,
                        PlainAnswerChecks::checks,
                        ConnectionChecks::checks,
                        PublicDocumentChecks::checks,
                        DocumentChecks::checks,
                        RefusedDocumentChecks::checks,
                        CacheChecks::checks,
                        FailureMemoryChecks::checks,
                        CredentialChecks::checks,
                        HealthChecks::checks,
                        ConfigurationChecks::checks,
                        LogChecks::checks,
                        LogOverloadChecks::checks,
                        LifeCycleChecks::checks)
                .flatMap(section -> section.apply(new CheckList(delivery, this::shared)).stream())
                .filter(possible)
                .toList();
    }

    private synchronized TestBed shared() {
        TestBed current = shared;
        if (current == null) {
            current = bed.get();
            shared = current;
        }
        return current;
    }

    /**
     * Ends what the checks share. Checks that run afterwards share anew.
     */
    @Override
    public synchronized void close() {
        TestBed current = shared;
        if (current != null) {
            shared = null;
            current.close();
        }
    }
}
