// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every promise, kept by the application folder's launcher. The system property {@code gateway.checks} picks those whose
 * name contains its value.
 */
@Execution(ExecutionMode.CONCURRENT)
class LauncherConformanceIT {

    private static final Path LAUNCHER = LauncherGateway.launcher();
    private static final ConformanceSuite SUITE =
            new ConformanceSuite(environment -> LauncherGateway.start(LAUNCHER, environment));

    @AfterAll
    static void close() {
        SUITE.close();
    }

    @TestFactory
    Stream<DynamicTest> keepsItsPromises() {
        String picked = System.getProperty("gateway.checks", "");
        return SUITE.checks().stream()
                .filter(check -> check.toString().contains(picked))
                .map(check -> DynamicTest.dynamicTest(check.toString(), () -> {
                    try {
                        check.run();
                    } catch (AssertionError e) {
                        if (check.severity() == Check.Severity.SHOULD) {
                            Assumptions.abort(e.getMessage());
                        }
                        throw e;
                    }
                }));
    }
}
