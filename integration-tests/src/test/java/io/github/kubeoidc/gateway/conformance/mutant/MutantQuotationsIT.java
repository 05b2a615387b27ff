// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Whoever changes what a mutant quotes hears of it at once: all of them are seldom examined. */
class MutantQuotationsIT {

    private final GatewayBuild build = new GatewayBuild();

    @TestFactory
    Stream<DynamicTest> areInTheSourcesOnce() {
        return Mutants.all().stream()
                .map(mutant -> DynamicTest.dynamicTest(
                        mutant.name(),
                        () -> assertThatCode(() -> build.changed(mutant.edits()))
                                .doesNotThrowAnyException()));
    }
}
