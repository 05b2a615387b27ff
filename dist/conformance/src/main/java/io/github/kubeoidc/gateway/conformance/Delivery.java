// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.util.Map;

/**
 * A way in which the gateway is delivered, and how to start it.
 */
@FunctionalInterface
public interface Delivery {

    /**
     * Starts a gateway on a free port of loopback.
     *
     * @param environment the configuration; what is absent keeps its default
     * @return the running gateway
     * @throws GatewayDidNotStart if it ends before it listens
     */
    StartedGateway start(Map<String, String> environment);
}
