// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cluster;

import io.github.kubeoidc.gateway.conformance.containers.OutageChecks;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Isolated;

/** When a real API server goes away and comes back, the promises hold for the launcher and for the image. */
@ExtendWith(ClusterExtension.class)
@Isolated("it measures times")
class OutageConformanceIT {

    @TestFactory
    Stream<DynamicContainer> keepsItsPromises() {
        return Deliveries.testing(OutageChecks::checks);
    }
}
