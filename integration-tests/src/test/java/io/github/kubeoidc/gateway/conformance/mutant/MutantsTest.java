// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.Delivery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@link Mutants} quote is in the sources, and each section of the kit has one. */
class MutantsTest {
    @Test
    void quoteSourcesAndChecksAsTheyAre() throws IOException {
        Set<String> checks = checks().map(Check::name).collect(Collectors.toSet());
        List<String> stale = new ArrayList<>();
        for (Mutant mutant : Mutants.ALL) {
            if (!checks.contains(mutant.check())) {
                stale.add("there is no check '" + mutant.check() + "'");
            }
            try {
                MutatedGateway.changed(mutant);
            } catch (AssertionError e) {
                stale.add("the mutant that " + mutant.fault() + ": " + e.getMessage());
            }
        }
        assertThat(stale).isEmpty();
    }

    @Test
    void areInEachSectionThatBinds() {
        Set<String> sections = checks().filter(check -> check.severity() == Check.Severity.MUST)
                .map(Check::section)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(Mutants.ALL.stream().map(MutantsTest::section)).containsAll(sections);
    }

    private static Stream<Check> checks() {
        Delivery none = environment -> {
            throw new IllegalStateException("only the names are asked for");
        };
        return ConformanceSuite.of(none).checks().stream();
    }

    private static String section(Mutant mutant) {
        return mutant.check().substring(0, mutant.check().indexOf(' '));
    }
}
