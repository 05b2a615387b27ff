// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import io.github.kubeoidc.gateway.conformance.junit.ConformanceTests;
import java.util.stream.Stream;
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

    @TestFactory
    Stream<DynamicTest> keepsItsPromises() {
        String picked = System.getProperty("gateway.checks", "");
        return ConformanceTests.of(
                ConformanceSuite.of(QuickLauncher.prepare()),
                check -> check.name().contains(picked));
    }
}
