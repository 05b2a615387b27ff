// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.web.ShutdownState;
import io.github.kubeoidc.gateway.webapp.Gateway;
import io.github.kubeoidc.gateway.webapp.Log;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;

/** The gateway in an embedded Jetty: HTTP/1.1 on one port. */
public final class GatewayServer {
    private static final String MAX_CONNECTIONS_PROPERTY = "kube-oidc-gateway.max-connections";
    static final int MAX_REQUEST_HEAD_BYTES = 8 * 1024;
    private static final int RESPONSE_HEAD_BYTES = 1024;
    private static final int DEFAULT = -1;
    /** Whoever pipelines and does not read keeps one such buffer filled. */
    private static final int INPUT_BYTES = 2 * 1024;
    /** The part of the heap for what clients do not end, and for what they do not take; others need far less. */
    private static final int CLIENTS_PART = 8;

    private static final Duration FINISH = Duration.ofSeconds(10);

    private final Server server;
    private final BoundedConnector connector;
    private final ShutdownState shutdown;
    private final Duration shutdownDelay;

    private GatewayServer(GatewayConfig config) {
        shutdown = new ShutdownState();
        shutdownDelay = config.shutdownDelay();
        HttpThreads threads = new HttpThreads();
        server = new Server(threads, null, new ArrayByteBufferPool(DEFAULT, INPUT_BYTES, DEFAULT));
        HttpConnectionFactory http = new HttpConnectionFactory(httpConfiguration());
        http.setInputBufferSize(INPUT_BYTES);
        connector = new BoundedConnector(
                server, maxConnections(), Runtime.getRuntime().maxMemory() / CLIENTS_PART, http);
        connector.setHost(config.listenAddress());
        connector.setPort(config.listenPort());
        server.addConnector(connector);

        ServletContextHandler context = new ServletContextHandler();
        context.setContextPath("/");
        context.addEventListener(new Opener(config, shutdown));
        context.setErrorHandler(new PlainTextErrors());
        server.setHandler(new TrackingHandler(context, threads.pipelined()));
        server.setErrorHandler(new PlainTextErrors());
    }

    /** Not a variable of the configuration: it goes with the memory that the process is given, as the heap's size does. */
    private static int maxConnections() {
        return Integer.getInteger(MAX_CONNECTIONS_PROPERTY, BoundedConnector.MAX_CONNECTIONS);
    }

    private static HttpConfiguration httpConfiguration() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(MAX_REQUEST_HEAD_BYTES);
        http.setResponseHeaderSize(RESPONSE_HEAD_BYTES);
        // Jetty would remember header fields for each connection, in 64 KiB from its second request on.
        http.setHeaderCacheSize(0);
        // An answer that a client does not take is to cost heap, of which there is most.
        http.setUseOutputDirectByteBuffers(false);
        // What smugglers use is refused, a bare LF included, which Jetty's default forgives. A target's authority
        // decides nothing here, so it need not be Host's (RFC 9112, section 3.2.2).
        http.setHttpCompliance(HttpCompliance.STRICT.with("gateway", HttpCompliance.Violation.MISMATCHED_AUTHORITY));
        return http;
    }

    /**
     * Starts to listen.
     *
     * @param config the configuration
     * @return the running server
     * @throws CannotListenException if the address cannot be bound
     */
    public static GatewayServer start(GatewayConfig config) throws CannotListenException {
        Log.configure(config.logLevel(), config.logFormat());
        GatewayServer gateway = new GatewayServer(config);
        try {
            // Bound first: a process that cannot listen asks upstream nothing.
            gateway.connector.open();
            gateway.server.start();
        } catch (IOException e) {
            gateway.abandon();
            throw new CannotListenException(
                    "cannot listen on " + config.listenAddress() + " port " + config.listenPort() + ": " + reason(e),
                    e);
        } catch (Exception e) {
            gateway.abandon();
            throw new IllegalStateException("the server did not start", e);
        }
        Log.lifecycle("listening on {}", gateway.uri());
        return gateway;
    }

    private static String reason(Exception e) {
        return (e.getCause() == null ? e : e.getCause()).getMessage();
    }

    /**
     * Returns the address that is listened on.
     *
     * @return for instance {@code http://127.0.0.1:8080}
     */
    public URI uri() {
        String host = connector.getHost();
        boolean bareIpv6 = host.indexOf(':') >= 0 && !host.startsWith("[");
        return URI.create("http://" + (bareIpv6 ? "[" + host + "]" : host) + ":" + connector.getLocalPort());
    }

    /**
     * Stops. Connections are accepted for the shutdown delay, while {@code /readyz} is 503 and every answer closes its
     * connection; then requests in flight are finished, for at most 10 s. Blocks until all that is done.
     */
    public void stop() {
        Log.lifecycle("stopping: connections are accepted for {}s more", shutdownDelay.toSeconds());
        shutdown.begin();
        try {
            pause(shutdownDelay);
            int cut = connector.finish(FINISH);
            server.stop();
            if (cut == 0) {
                Log.lifecycle("stopped: all requests in flight were finished");
            } else {
                Log.lifecycle("stopped: {} requests in flight were cut after {}s", cut, FINISH.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abandon();
        } catch (Exception e) {
            throw new IllegalStateException("the server did not stop", e);
        }
    }

    private void abandon() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the server did not stop", e);
        }
    }

    private static void pause(Duration delay) throws InterruptedException {
        // Nobody counts it down: it only ends early with an interrupt.
        new CountDownLatch(1).await(delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Opens the gateway only once the address is bound: a process that cannot listen asks upstream nothing. */
    private static final class Opener implements ServletContextListener {
        private final GatewayConfig config;
        private final ShutdownState shutdown;
        private Gateway gateway;

        Opener(GatewayConfig config, ShutdownState shutdown) {
            this.config = config;
            this.shutdown = shutdown;
        }

        @Override
        public void contextInitialized(ServletContextEvent event) {
            gateway = Gateway.open(config, System.getenv(), shutdown);
            gateway.register(event.getServletContext());
        }

        @Override
        public void contextDestroyed(ServletContextEvent event) {
            if (gateway != null) {
                gateway.close();
            }
        }
    }
}
