// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import io.github.kubeoidc.gateway.testsupport.Wire;
import jakarta.servlet.ServletContextListener;
import java.io.IOException;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A servlet container on a free port of loopback, with one web application that it has not started yet. */
final class Container implements AutoCloseable {
    final ServletContextHandler context = new ServletContextHandler();

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    /** One whose web application has these context parameters and listeners. */
    Container(Map<String, String> parameters, ServletContextListener... listeners) {
        context.setContextPath("/");
        parameters.forEach(context::setInitParameter);
        for (ServletContextListener listener : listeners) {
            context.addEventListener(listener);
        }
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(context);
    }

    Container start() throws Exception {
        server.start();
        return this;
    }

    boolean isRunning() {
        return server.isRunning();
    }

    /** The whole answer, as it came. */
    String get(String path) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        return Wire.exchange(connector.getLocalPort(), request);
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
