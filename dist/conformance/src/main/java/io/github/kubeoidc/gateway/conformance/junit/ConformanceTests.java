// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.junit;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.NotObservable;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;

/**
 * Makes a test of each check, for a {@link org.junit.jupiter.api.TestFactory}. The tests may run at the same time; what they
 * share is ended after the last of them. A {@code should} that is broken, and what a delivery does not show, aborts its test
 * instead of failing it.
 */
public final class ConformanceTests {

    private ConformanceTests() {}

    /**
     * All checks, for a delivery.
     *
     * @param delivery what to check
     * @return a test for each check
     */
    public static Stream<DynamicTest> of(Delivery delivery) {
        return of(ConformanceSuite.of(delivery), check -> true);
    }

    /**
     * Some checks of a suite.
     *
     * @param suite whose checks; it is closed after the last test
     * @param which those to make tests of
     * @return a test for each of these checks
     */
    public static Stream<DynamicTest> of(ConformanceSuite suite, Predicate<Check> which) {
        List<Check> checks = suite.checks().stream().filter(which).toList();
        AtomicInteger left = new AtomicInteger(checks.size());
        return checks.stream()
                .map(check -> DynamicTest.dynamicTest(check.toString(), () -> {
                    try {
                        run(check);
                    } finally {
                        if (left.decrementAndGet() == 0) {
                            suite.close();
                        }
                    }
                }));
    }

    private static void run(Check check) throws Exception {
        try {
            check.run();
        } catch (NotObservable e) {
            Assumptions.abort("not seen: " + e.getMessage());
        } catch (AssertionError e) {
            if (check.severity() == Check.Severity.SHOULD) {
                Assumptions.abort(e.getMessage());
            }
            throw e;
        }
    }
}
