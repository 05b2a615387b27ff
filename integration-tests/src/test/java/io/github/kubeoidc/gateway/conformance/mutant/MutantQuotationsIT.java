// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whoever changes what a mutant quotes hears of it at once, and of all such mutants in one failure: they are seldom examined.
 */
class MutantQuotationsIT {

    private final GatewayBuild build = new GatewayBuild();

    @Test
    void areInTheSourcesOnce() {
        List<String> stale = new ArrayList<>(build.staleHosting());
        for (Mutant mutant : Mutants.all()) {
            try {
                build.changed(mutant.edits());
            } catch (AssertionError e) {
                stale.add("the mutant '" + mutant.name() + "': " + e.getMessage());
            }
        }
        assertThat(stale)
                .as("quotations of sources that are there no more, %s", String.join("\n", stale))
                .isEmpty();
    }
}
