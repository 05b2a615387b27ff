// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.cli.ContainerSupport;

/** Gives the command its {@code --image}. */
public final class DockerSupport implements ContainerSupport {

    /** For the {@link java.util.ServiceLoader}. */
    public DockerSupport() {}

    @Override
    public Delivery delivery(String image) {
        return ContainerDelivery.of(image);
    }

    @Override
    public void requireImage(String image) {
        ContainerDelivery.of(image).requireImage();
    }

    @Override
    public ConformanceSuite clusterChecks(Delivery delivery) {
        return ClusterChecks.suite(delivery);
    }
}
