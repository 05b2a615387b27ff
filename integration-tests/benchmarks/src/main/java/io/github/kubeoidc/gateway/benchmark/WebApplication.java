// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.benchmark;

import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.web.ShutdownState;
import io.github.kubeoidc.gateway.webapp.Gateway;
import io.github.kubeoidc.gateway.webapp.Log;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The gateway's servlet and filter in Jetty, as in the WAR: without the embedded server's front door. */
@State(Scope.Benchmark)
public class WebApplication {
    /** What is asked. */
    @Param
    public Question question;

    private ApiServerStandIn upstream;
    private Gateway gateway;
    private MemoryConnection connection;

    /**
     * Starts it, waits until it has the documents, and asks once.
     *
     * @throws Exception if something does not start
     */
    @Setup
    public void open() throws Exception {
        upstream = ApiServerStandIn.start();
        GatewayConfig config = Configurations.inFrontOf(upstream);
        Log.configure(config.logLevel(), config.logFormat(), "");
        gateway = Gateway.open(config, Map.of(), new ShutdownState(), null);
        ServletContextHandler context = new ServletContextHandler("/");
        gateway.register(context.getServletContext());
        connection = new MemoryConnection(question, context);
    }

    int exchange() {
        return connection.exchange();
    }

    /** Ends all of it. */
    @TearDown
    public void close() {
        connection.end();
        gateway.close();
        upstream.close();
    }
}
