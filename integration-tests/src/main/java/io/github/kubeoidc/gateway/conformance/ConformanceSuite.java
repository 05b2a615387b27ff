// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All checks, for one delivery of the gateway. They are independent of each other and may run at the same time.
 */
public final class ConformanceSuite implements AutoCloseable {

    private final Delivery delivery;
    private @Nullable TestBed shared;

    /**
     * Makes the suite; starts nothing yet.
     *
     * @param delivery what to check
     */
    public ConformanceSuite(Delivery delivery) {
        this.delivery = delivery;
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
                .toList();
    }

    private synchronized TestBed shared() {
        TestBed bed = shared;
        if (bed == null) {
            bed = TestBed.start(delivery, Map.of(), upstream -> {});
            shared = bed;
        }
        return bed;
    }

    /**
     * Ends what the checks share.
     */
    @Override
    public synchronized void close() {
        TestBed bed = shared;
        if (bed != null) {
            shared = null;
            bed.close();
        }
    }
}
