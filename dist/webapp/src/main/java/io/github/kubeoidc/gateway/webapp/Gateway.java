// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.GatewayState;
import io.github.kubeoidc.gateway.api.Metrics;
import io.github.kubeoidc.gateway.api.ServerState;
import io.github.kubeoidc.gateway.cache.DocumentCache;
import io.github.kubeoidc.gateway.cache.DocumentFiles;
import io.github.kubeoidc.gateway.cache.DocumentStore;
import io.github.kubeoidc.gateway.upstream.DocumentValidator;
import io.github.kubeoidc.gateway.upstream.UpstreamSource;
import io.github.kubeoidc.gateway.web.GatewayServlet;
import io.github.kubeoidc.gateway.web.RequestLine;
import io.github.kubeoidc.gateway.web.RequestLogFilter;
import io.github.kubeoidc.gateway.web.ShutdownState;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway, wired: source, store, cache, servlet and filter. The embedded server and the web application open the same.
 * Closed, it leaves no thread behind; the log goes on.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final String ALL = "/*";

    /**
     * How much longer than its longest wait a request may take. The container counts the client's time for a large answer as
     * well, and cuts that answer at the end. Tomcat even sends its pieces in the wrong order.
     */
    private static final Duration LAST_RESORT = Duration.ofMinutes(10);

    private final Deque<AutoCloseable> opened;
    private final GatewayServlet servlet;
    private final RequestLogFilter filter;

    private Gateway(Deque<AutoCloseable> opened, GatewayServlet servlet, RequestLogFilter filter) {
        this.opened = opened;
        this.servlet = servlet;
        this.filter = filter;
    }

    /**
     * Opens a gateway, and has it fetch both documents without waiting for them. What it opened is closed again if it fails.
     *
     * @param config the configuration
     * @param variables all that is set, by name, to find misspelt ones; values are not shown
     * @param shutdown tells that the gateway is about to stop
     * @param server the embedded server, for the metrics; {@code null} in a servlet container
     * @return the gateway, to be registered in a servlet context and to be closed
     * @throws IOException if the metrics' port cannot be bound; its message is one line that names it
     */
    public static Gateway open(
            GatewayConfig config, Map<String, String> variables, ShutdownState shutdown, @Nullable ServerState server)
            throws IOException {
        Log.lifecycle("kube-oidc-gateway {} starts with {}", Version.current(), config);
        GatewayConfig.nearMisses(variables).forEach(LOG::warn);
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            // Bound first: a process that cannot listen asks upstream nothing. So it is closed last.
            Metrics metrics = config.metricsPort().isPresent() ? MetricsLoader.bind(config) : null;
            if (metrics != null) {
                opened.push(metrics);
            }
            Events events = metrics == null ? Events.NONE : metrics;
            GatewayTimer timer = new GatewayTimer("timer");
            opened.push(timer);
            // No deadline runs here: this thread answers requests, and a slow client may hold it up in some containers.
            GatewayTimer waits = new GatewayTimer("waits");
            opened.push(waits);
            DocumentStore store = openStore(config);
            opened.push(store);
            UpstreamSource source = UpstreamSource.open(config, timer.executor());
            opened.push(source);
            DocumentCache cache = new DocumentCache(
                    config,
                    source,
                    store,
                    System::nanoTime,
                    (delay, task) -> waits.executor().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS),
                    () -> ThreadLocalRandom.current().nextDouble(),
                    events);
            Duration longestWait = config.upstreamTimeout().multipliedBy(2).plus(LAST_RESORT);
            GatewayServlet servlet = new GatewayServlet(
                    cache, cache, shutdown, config.pathPrefix(), longestWait, InstantSource.system());
            cache.start();
            if (metrics != null) {
                metrics.serve(
                        new GatewayState(Version.current(), cache, source::tokenExpiry, Log::droppedLines, server));
                Log.lifecycle("metrics are at {}", metrics.uri());
            }
            return new Gateway(opened, servlet, new RequestLogFilter(System::nanoTime, events));
        } catch (IOException | RuntimeException | Error e) {
            close(opened);
            throw e;
        }
    }

    private static DocumentStore openStore(GatewayConfig config) {
        return config.cacheDirectory().isEmpty()
                ? DocumentStore.NONE
                : DocumentFiles.open(
                        config.cacheDirectory().get(),
                        config.upstreamHost(),
                        InstantSource.system(),
                        DocumentValidator::validate);
    }

    /**
     * Has every request below a context answered by this gateway, and logged.
     *
     * @param context a context that is being initialized
     */
    public void register(ServletContext context) {
        FilterRegistration.Dynamic log = context.addFilter("request-log", filter);
        log.setAsyncSupported(true);
        log.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, ALL);
        ServletRegistration.Dynamic answers = context.addServlet("gateway", servlet);
        answers.setAsyncSupported(true);
        answers.addMapping(ALL);
    }

    /**
     * Logs and counts a request that the server answered in place of this gateway.
     *
     * @param line its line
     */
    public void requestEnded(RequestLine line) {
        filter.requestEnded(line);
    }

    /**
     * Fails fetches in flight, finishes what is being stored, and waits for threads to end: 23 s at most, if every one of them
     * hangs.
     */
    @Override
    public void close() {
        close(opened);
    }

    private static void close(Deque<AutoCloseable> opened) {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.warn("a part of the gateway could not be closed", e);
            }
        }
    }
}
