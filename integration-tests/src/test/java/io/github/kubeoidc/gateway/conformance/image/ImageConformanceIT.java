// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import io.github.kubeoidc.gateway.conformance.junit.ConformanceTests;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every promise, kept by the image in 64 MiB. The system property {@code gateway.checks} picks those whose name contains its
 * value.
 */
@ExtendWith(ClusterExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class ImageConformanceIT {

    @TestFactory
    Stream<DynamicTest> keepsItsPromises() {
        String picked = System.getProperty("gateway.checks", "");
        return ConformanceTests.of(
                ConformanceSuite.of(BuiltImage.delivery()),
                check -> check.name().contains(picked));
    }
}
