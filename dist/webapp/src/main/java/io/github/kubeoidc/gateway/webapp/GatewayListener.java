// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.web.ShutdownState;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens the gateway when a servlet container starts the web application, and closes it when the container stops that. The
 * context's parameters and, where they are silent, the environment configure it. The log begins and ends with it, so that
 * neither an undeploy nor a deployment that failed leaves a thread behind.
 */
public final class GatewayListener implements ServletContextListener {
    private @Nullable Gateway gateway;

    /** For a servlet container. */
    public GatewayListener() {}

    /**
     * Starts the gateway.
     *
     * @param event has the context to register servlet and filter in
     * @throws IllegalArgumentException if the configuration is invalid; its message names all that is
     * @throws UncheckedIOException if the metrics' port cannot be bound; its message names it
     */
    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        Map<String, String> variables = variables(context);
        GatewayConfig config = read(variables);
        Log.configure(config.logLevel(), config.logFormat(), context.getContextPath());
        try {
            gateway = Gateway.open(config, variables, new ShutdownState(), null);
            gateway.register(context);
        } catch (IOException e) {
            Log.stop();
            throw new UncheckedIOException(e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            close();
            Log.stop();
            throw e;
        }
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        // A container may destroy what it could not initialize.
        if (gateway != null) {
            close();
            Log.lifecycle("kube-oidc-gateway stopped");
            Log.stop();
        }
    }

    private void close() {
        if (gateway != null) {
            gateway.close();
            gateway = null;
        }
    }

    private static GatewayConfig read(Map<String, String> variables) {
        try {
            return GatewayConfig.forServletContainer(variables::get);
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Map<String, String> variables(ServletContext context) {
        Map<String, String> variables = new HashMap<>(System.getenv());
        for (String name : Collections.list(context.getInitParameterNames())) {
            variables.put(name, context.getInitParameter(name));
        }
        return variables;
    }
}
