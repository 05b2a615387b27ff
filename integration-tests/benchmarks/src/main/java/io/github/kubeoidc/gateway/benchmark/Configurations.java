// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.benchmark;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.util.HashMap;
import java.util.Map;

/** How the gateway is configured. */
final class Configurations {
    private Configurations() {}

    static GatewayConfig inFrontOf(ApiServerStandIn upstream) throws ConfigurationException {
        Map<String, String> variables = new HashMap<>(upstream.environment());
        variables.put("LISTEN_ADDR", "127.0.0.1");
        variables.put("LISTEN_PORT", "0");
        variables.put("LOG_LEVEL", "WARN");
        return GatewayConfig.from(variables::get);
    }
}
