// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.cache.DocumentCache;
import io.github.kubeoidc.gateway.cache.DocumentFiles;
import io.github.kubeoidc.gateway.cache.DocumentStore;
import io.github.kubeoidc.gateway.upstream.DocumentValidator;
import io.github.kubeoidc.gateway.upstream.UpstreamSource;
import io.github.kubeoidc.gateway.web.Drain;
import io.github.kubeoidc.gateway.web.GatewayServlet;
import io.github.kubeoidc.gateway.web.RequestLogFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletRegistration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wires the gateway when its servlet context starts: source, cache, servlet and filter; and takes it apart when the context
 * stops, so that no thread of it is left.
 */
public final class GatewayListener implements ServletContextListener {
    private static final String ALL = "/*";
    private static final long STOP_SECONDS = 5;

    private final @Nullable GatewayConfig given;
    private final Drain drain;
    private @Nullable UpstreamSource source;
    private DocumentStore store = DocumentStore.NONE;
    private @Nullable ScheduledThreadPoolExecutor timer;
    private volatile @Nullable Thread timerThread;

    /**
     * For a servlet container: the context's parameters and, where they are silent, the environment configure the gateway.
     * The log is the web application's own and stops with it.
     */
    public GatewayListener() {
        this.given = null;
        this.drain = new Drain();
    }

    /**
     * For an embedded server, whose log goes on after the context has stopped.
     *
     * @param config the configuration
     * @param drain tells that the gateway is about to stop
     */
    public GatewayListener(GatewayConfig config, Drain drain) {
        this.given = config;
        this.drain = drain;
    }

    /**
     * Starts the gateway.
     *
     * @param event has the context to register servlet and filter in
     * @throws IllegalArgumentException if the configuration is invalid; its message names all that is
     */
    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        GatewayConfig config = given == null ? read(context) : given;
        ScheduledThreadPoolExecutor scheduler = newTimer();
        timer = scheduler;
        Log.configure(config.logLevel(), config.logFormat());
        Log.lifecycle("kube-oidc-gateway {} starts with {}", Version.current(), config);

        UpstreamSource upstream = UpstreamSource.open(config, scheduler);
        source = upstream;
        store = config.cacheDirectory().isPresent()
                ? DocumentFiles.open(
                        config.cacheDirectory().get(),
                        config.upstreamHost(),
                        InstantSource.system(),
                        DocumentValidator::validate)
                : DocumentStore.NONE;
        DocumentCache cache = new DocumentCache(
                config,
                upstream,
                store,
                System::nanoTime,
                (delay, task) -> scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS),
                () -> ThreadLocalRandom.current().nextDouble());

        FilterRegistration.Dynamic filter = context.addFilter("request-log", new RequestLogFilter(System::nanoTime));
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, ALL);
        ServletRegistration.Dynamic servlet = context.addServlet(
                "gateway", new GatewayServlet(cache, cache, drain, config.clientCacheTtl(), InstantSource.system()));
        servlet.setAsyncSupported(true);
        servlet.addMapping(ALL);
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (source != null) {
            source.close();
        }
        store.close();
        if (timer == null) {
            // Refused: the log never began, and asking for it now would start its thread.
            return;
        }
        timer.shutdownNow();
        Thread thread = timerThread;
        try {
            if (thread != null) {
                // Tomcat looks for threads as soon as this returns.
                TimeUnit.SECONDS.timedJoin(thread, STOP_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (given == null) {
            Log.lifecycle("kube-oidc-gateway stopped");
            Log.stop();
        }
    }

    private static GatewayConfig read(ServletContext context) {
        try {
            return GatewayConfig.from(name -> {
                String parameter = context.getInitParameter(name);
                return parameter == null ? System.getenv(name) : parameter;
            });
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private ScheduledThreadPoolExecutor newTimer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread thread = new Thread(task, "timer");
                    thread.setDaemon(true);
                    timerThread = thread;
                    return thread;
                },
                // What comes while the context stops has nobody who waits for it.
                new ThreadPoolExecutor.DiscardPolicy());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
