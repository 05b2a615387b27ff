// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Gives each gateway a container of its own for as long as it runs, and the container to the next one afterwards. So every
 * gateway but the first of a container comes after an undeployment.
 */
final class ContainerPool implements Delivery, AutoCloseable {
    /** What only a process can be given; all else are the gateway's variables, which become context parameters. */
    private static final Set<String> OF_A_PROCESS =
            Set.of("JAVA_TOOL_OPTIONS", "HTTPS_PROXY", "https_proxy", "ALL_PROXY");

    private final ContainerKind kind;
    private final String contextPath;
    private final ConcurrentLinkedDeque<ServletContainer> idle = new ConcurrentLinkedDeque<>();

    ContainerPool(ContainerKind kind, String contextPath) {
        this.kind = kind;
        this.contextPath = contextPath;
    }

    @Override
    public StartedGateway start(Map<String, String> environment) {
        Map<String, String> parameters = new HashMap<>(environment);
        parameters.keySet().removeAll(OF_A_PROCESS);
        Map<String, String> process = new HashMap<>(environment);
        process.keySet().retainAll(OF_A_PROCESS);
        ServletContainer container = process.isEmpty() ? idle.poll() : null;
        return deploy(
                container == null ? ServletContainer.start(kind, process) : container, parameters, process.isEmpty());
    }

    private StartedGateway deploy(ServletContainer container, Map<String, String> parameters, boolean forAny) {
        try {
            DeployedGateway gateway = container.deploy(contextPath, parameters);
            gateway.whenClosed(() -> takeBack(gateway, container, forAny));
            return gateway;
        } catch (GatewayDidNotStart e) {
            idle.push(container);
            throw e;
        } catch (RuntimeException | Error e) {
            container.close();
            throw e;
        }
    }

    private void takeBack(DeployedGateway gateway, ServletContainer container, boolean forAny) {
        if (forAny && gateway.leavesContainerUsable()) {
            idle.push(container);
        } else {
            container.close();
        }
    }

    @Override
    public void close() {
        for (ServletContainer container = idle.poll(); container != null; container = idle.poll()) {
            container.close();
        }
    }
}
