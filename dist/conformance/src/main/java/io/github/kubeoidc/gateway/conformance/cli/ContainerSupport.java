// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.Delivery;

/**
 * What {@code --image} needs and the other subjects do not. A {@link java.util.ServiceLoader} finds it, so that the command
 * goes without the libraries for container engines and clusters where it is not there.
 */
public interface ContainerSupport {

    /**
     * Gateways that are containers. Asks no engine yet.
     *
     * @param image the image's name
     * @return starts a container for each gateway
     */
    Delivery delivery(String image);

    /**
     * Sees to it that the engine has the image. Blocks while it is pulled.
     *
     * @param image the image's name
     * @throws IllegalStateException if there is no engine, or no such image; the message says so
     */
    void requireImage(String image);

    /**
     * The checks in front of real API servers, which it starts.
     *
     * @param delivery what to check
     * @return the suite, which starts nothing yet
     */
    ConformanceSuite clusterChecks(Delivery delivery);
}
