// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.ListeningUrl;
import io.github.kubeoidc.gateway.api.ServerState;
import io.github.kubeoidc.gateway.server.tls.TlsContexts;
import io.github.kubeoidc.gateway.web.ShutdownState;
import io.github.kubeoidc.gateway.webapp.Gateway;
import io.github.kubeoidc.gateway.webapp.Log;
import io.github.kubeoidc.gateway.webapp.Refusals;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway in an embedded Jetty: HTTP/1.1 on one port, in clear or over TLS. */
public final class GatewayServer {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);

    /** The part of the heap that requests in progress may hold together. */
    private static final int HELD_PART = 8;

    private static final int MIN_THREADS = 4;
    private static final int MAX_THREADS = 16;
    private static final Duration FINISH = Duration.ofSeconds(10);

    private final GatewayConfig config;
    private final ShutdownState shutdown = new ShutdownState();
    private final Server server;
    private final ClientConnector connector;
    private final ServletContextHandler context = new ServletContextHandler("/");
    private final Refusals refusals = new Refusals(System::nanoTime);
    private final @Nullable TlsContexts tls;
    private @Nullable Gateway gateway;

    /**
     * Creates a server that does not listen yet. With TLS it reads certificate and key, for which it waits 20 s at most.
     *
     * @param config the configuration
     * @throws ConfigurationException if certificate and key, or the system property for the cap on connections, cannot be used
     */
    public GatewayServer(GatewayConfig config) throws ConfigurationException {
        this.config = config;
        tls = tls(config);
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, MIN_THREADS);
        threads.setName("http");
        server = new Server(threads, null, HttpSettings.bufferPool());
        connector = new ClientConnector(
                server,
                HttpSettings.connectionFactory(),
                ConnectionCap.ofProcess(tls != null),
                Runtime.getRuntime().maxMemory() / HELD_PART,
                config.idleTimeout(),
                refusals);
        connector.setHost(config.listenAddress());
        connector.setPort(config.listenPort());
        if (tls != null) {
            connector.addFirstConnectionFactory(new TlsConnectionFactory(tls.factory()));
        }
        server.addConnector(connector);
        PlainTextErrors errors = new PlainTextErrors(refusals);
        context.setErrorHandler(errors);
        server.setErrorHandler(errors);
    }

    private static @Nullable TlsContexts tls(GatewayConfig config) throws ConfigurationException {
        Path chain = config.tlsCertPath().orElse(null);
        Path key = config.tlsKeyPath().orElse(null);
        return chain == null || key == null ? null : new TlsContexts(chain, key);
    }

    /** What is wrong with the files that a configuration names, other values of which are invalid. */
    static List<String> problems(GatewayConfig config) {
        try {
            TlsContexts files = tls(config);
            if (files != null) {
                files.close();
            }
            return List.of();
        } catch (ConfigurationException e) {
            return e.problems();
        }
    }

    /**
     * Starts to listen. Where that is not possible, nothing of the server is left.
     *
     * @throws IOException if the address, or the metrics' port, cannot be bound; its message is one line that names it
     */
    public synchronized void start() throws IOException {
        Log.configure(config.logLevel(), config.logFormat(), "");
        boolean started = false;
        try {
            // Bound first: a process that cannot listen asks upstream nothing.
            listen();
            gateway = Gateway.open(config, System.getenv(), shutdown, new State());
            server.setHandler(new FrontHandler(context, gateway::requestEnded));
            JavaOptions.unread(System.getenv()).ifPresent(LOG::warn);
            if (tls != null) {
                tls.warnOfDates();
            }
            gateway.register(context.getServletContext());
            server.start();
            started = true;
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the server did not start", e);
        } finally {
            if (!started) {
                end();
            }
        }
        Log.lifecycle("listening on {}", uri());
    }

    private void listen() throws IOException {
        try {
            connector.open();
        } catch (IOException e) {
            String address = config.listenAddress() + " port " + config.listenPort();
            throw new IOException("cannot listen on " + address + ": " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (cause instanceof UnresolvedAddressException) {
            return "LISTEN_ADDR cannot be resolved";
        }
        return cause instanceof UnsupportedAddressTypeException ? "this machine has no IPv6" : cause.getMessage();
    }

    /**
     * Returns the address that is listened on.
     *
     * @return for instance {@code http://127.0.0.1:8080}, with TLS {@code https://127.0.0.1:8080}
     */
    public URI uri() {
        return ListeningUrl.of(tls == null ? "http" : "https", connector.getHost(), connector.getLocalPort());
    }

    /**
     * Stops. Connections are accepted for the shutdown delay, while {@code /readyz} is 503 and every answer closes its
     * connection; then requests in flight are finished, for at most 10 s. Blocks until all that is done, and until a start
     * on another thread has ended.
     */
    public synchronized void stop() {
        Log.lifecycle(
                "stopping: connections are accepted for {}s more",
                config.shutdownDelay().toSeconds());
        shutdown.begin();
        long cut = 0;
        boolean interrupted = false;
        try {
            // It is never counted down: only an interrupt ends the wait early.
            new CountDownLatch(1).await(config.shutdownDelay().toNanos(), TimeUnit.NANOSECONDS);
            cut = connector.finish(FINISH);
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            end();
        }
        if (interrupted) {
            // Not before: Jetty's stop waits for threads.
            Thread.currentThread().interrupt();
        }
        String all = "stopped: all requests in flight were finished";
        Log.lifecycle(cut == 0 ? all : "stopped: {} requests in flight were cut after {}s", cut, FINISH.toSeconds());
    }

    /** What the metrics show of this server. */
    final class State implements ServerState {
        @Override
        public int connections() {
            return connector.held();
        }

        @Override
        public Map<String, Long> refused() {
            return refusals.all();
        }

        @Override
        public @Nullable Instant certificateExpiry() {
            return tls == null ? null : tls.certificateExpiry();
        }
    }

    private void end() {
        // A server that has not started does not close it.
        connector.close();
        try {
            server.stop();
            refusals.logRest();
        } catch (Exception e) {
            throw new IllegalStateException("the server did not stop", e);
        } finally {
            if (tls != null) {
                tls.close();
            }
            if (gateway != null) {
                gateway.close();
            }
        }
    }
}
