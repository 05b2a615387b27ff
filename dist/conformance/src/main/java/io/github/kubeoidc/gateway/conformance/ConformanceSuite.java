// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import io.github.kubeoidc.gateway.conformance.checks.AllChecks;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

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
        return AllChecks.of(delivery);
    }

    /**
     * The checks that can be made of a gateway that runs already: they only read, a few hundred requests one after the
     * other.
     *
     * @param gateway where it is, {@code http} or {@code https}, with a path if the documents are below one
     * @return the suite
     */
    public static ConformanceSuite ofRunning(URI gateway) {
        // A request's path begins with the slash.
        URI base = URI.create(gateway.toString().replaceFirst("/$", ""));
        return AllChecks.ofRunning(() -> base);
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
}
