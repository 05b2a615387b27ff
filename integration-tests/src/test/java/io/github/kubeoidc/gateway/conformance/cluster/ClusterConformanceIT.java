// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cluster;

import io.github.kubeoidc.gateway.conformance.containers.ApiServer;
import io.github.kubeoidc.gateway.conformance.containers.ClusterChecks;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** In front of a real API server, which stays well, the promises hold for the launcher and for the image. */
@ExtendWith(ClusterExtension.class)
class ClusterConformanceIT {

    @TestFactory
    Stream<DynamicContainer> keepsItsPromises(ApiServer server) {
        return Deliveries.testing(delivery -> ClusterChecks.checks(delivery, () -> server));
    }
}
