// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The conformance kit is tested itself: in each of its sections a check notices a gateway that breaks the promise. The
 * system property {@code gateway.mutants} picks the mutants whose name contains its value, and an empty one all; without it
 * none runs. {@link MutantsTest} looks up what they quote.
 */
@Execution(ExecutionMode.CONCURRENT)
class MutantsIT {
    @TestFactory
    @EnabledIfSystemProperty(
            named = "gateway.mutants",
            matches = ".*",
            disabledReason = "**** SKIPPED: the kit is examined with -Dgateway.mutants= for all mutants ****")
    Stream<DynamicTest> areNoticed() {
        String picked = System.getProperty("gateway.mutants", "");
        return Mutants.ALL.stream()
                .map(mutant -> DynamicTest.dynamicTest(
                        mutant.check() + ": a gateway that " + mutant.fault(), () -> isNoticed(mutant)))
                .filter(test -> test.getDisplayName().contains(picked));
    }

    private static void isNoticed(Mutant mutant) throws IOException {
        try (ConformanceSuite suite = ConformanceSuite.of(MutatedGateway.build(mutant))) {
            Check check = suite.checks().stream()
                    .filter(candidate -> candidate.name().equals(mutant.check()))
                    .findFirst()
                    .orElseThrow();
            Throwable seen = catchThrowable(check::run);
            // A gateway that does not start at all has another fault than the one that was meant.
            assertThat(seen)
                    .as("what '%s' says of a gateway that %s", mutant.check(), mutant.fault())
                    .isInstanceOf(AssertionError.class)
                    .extracting(Throwable::getCause)
                    .isNotInstanceOf(GatewayDidNotStart.class);
        }
    }
}
