// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.LogFormat;
import io.github.kubeoidc.gateway.api.LogLevel;
import io.github.kubeoidc.gateway.testsupport.FakeApiServer;
import io.github.kubeoidc.gateway.testsupport.Wire;
import io.github.kubeoidc.gateway.web.ShutdownState;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** CONTRACT 5 and 12: the web application in a servlet container, with an API server of a few lines. */
@ResourceLock("log")
class GatewayListenerTest {
    private static final String JWKS = "/openid/v1/jwks";

    @TempDir
    private Path directory;

    private final Map<String, String> parameters = new HashMap<>();

    @BeforeEach
    void configure() throws Exception {
        LogSetup.begin();
        parameters.put(
                "SA_TOKEN_PATH",
                Files.writeString(directory.resolve("token"), "t").toString());
        parameters.put("CLIENT_CACHE_TTL_SECONDS", "77");
        parameters.put("UPSTREAM_TIMEOUT_SECONDS", "30");
    }

    @Test
    void contextParametersConfigureServletAndFilter() throws Exception {
        try (FakeApiServer upstream = new FakeApiServer()) {
            parameters.put("UPSTREAM_HOST", upstream.url());
            parameters.put("PRETTY_PRINT_JSON", "f");
            Server server = start(new GatewayListener());
            try {
                assertThat(get(server, JWKS))
                        .startsWith("HTTP/1.1 200 ")
                        .contains("\r\nCache-Control: public, max-age=77\r\n")
                        .endsWith("\r\n\r\n" + FakeApiServer.JWKS);
                assertThat(get(server, "/.well-known/openid-configuration"))
                        .endsWith("\r\n\r\n" + FakeApiServer.DISCOVERY);
                assertThat(get(server, "/a/b")).startsWith("HTTP/1.1 404 ");
                assertThat(get(server, JWKS + "/")).startsWith("HTTP/1.1 404 ");
                assertThat(get(server, JWKS)).startsWith("HTTP/1.1 200 ");
                assertThat(upstream.askedFor(JWKS)).as("kept in memory").isEqualTo(1);
                // 4.2: where the second is over, a health probe has the documents fetched again.
                assertThat(get(server, "/readyz")).startsWith("HTTP/1.1 200 ");
            } finally {
                server.stop();
            }
        }
    }

    /** CONTRACT 5: what is invalid fails the deployment, all of it in one message. */
    @Test
    void anInvalidConfigurationFailsWithItsMessage() {
        parameters.put("CACHE_TTL_SECONDS", "x");
        parameters.put("UPSTREAM_HOST", "https://name:hidden@api.example");
        ServletContextHandler context = context(new GatewayListener());
        ServletContextEvent event = new ServletContextEvent(context.getServletContext());

        assertThatThrownBy(() -> new GatewayListener().contextInitialized(event))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "invalid configuration:\n  UPSTREAM_HOST=\"https://***@api.example\": allowed is ")
                .hasMessageContaining("\n  CACHE_TTL_SECONDS=\"x\": allowed is ");

        Server server = new Server();
        server.setHandler(context);
        assertThatThrownBy(server::start).hasMessageContaining("CACHE_TTL_SECONDS=\"x\"");
        assertThat(server.isRunning()).isFalse();
        // A container may destroy what it could not initialize.
        new GatewayListener().contextDestroyed(event);
    }

    /** CONTRACT 10.1: "In a WAR the context path does this, and PATH_PREFIX is a configuration error." */
    @Test
    void aPathPrefixFailsTheDeploymentAndSaysWhy() {
        parameters.put("PATH_PREFIX", "/clusters/a");
        Server server = new Server();
        server.setHandler(context(new GatewayListener()));
        assertThatThrownBy(server::start)
                .hasMessageContaining("PATH_PREFIX=\"/clusters/a\": allowed is nothing in a servlet container, as the"
                        + " context path is what stands before all paths there");
    }

    /** CONTRACT 2.5, 2.6 and 10.2. */
    @Test
    void whatRelyingPartiesNeedIsInTheDiscoveryDocument() throws Exception {
        try (FakeApiServer upstream = new FakeApiServer()) {
            parameters.put("UPSTREAM_HOST", upstream.url());
            parameters.put("PRETTY_PRINT_JSON", "f");
            parameters.put("JWKS_URI", "https://oidc.example/jwks");
            parameters.put("EXPECTED_ISSUER", "https://issuer.example");
            parameters.put("DISCOVERY_EXTRA_MEMBERS", "{ \"a\" : 1 }");
            Server server = start(new GatewayListener());
            try {
                assertThat(get(server, "/.well-known/openid-configuration"))
                        .endsWith(
                                "\r\n\r\n{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://oidc.example/jwks\",\"a\":1}");
                assertThat(get(server, JWKS)).endsWith("\r\n\r\n" + FakeApiServer.JWKS);
            } finally {
                server.stop();
            }
        }
    }

    /** CONTRACT 12: what the container decides is not used. */
    @Test
    void whatOnlyTheEmbeddedServerUsesFailsNoDeployment() throws Exception {
        parameters.put("LISTEN_PORT", "x");
        parameters.put("IDLE_TIMEOUT_SECONDS", "x");
        parameters.put("UPSTREAM_HOST", "http://127.0.0.1:1");
        Server server = start(new GatewayListener());
        assertThat(get(server, "/a")).startsWith("HTTP/1.1 404 ");
        server.stop();
    }

    /** CONTRACT 12: "a deployment that failed" leaves "no thread … behind". */
    @Test
    void aDeploymentThatFailsLeavesNoThread() throws Exception {
        LogSetup.end();
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        LogSetup.begin();
        parameters.put("UPSTREAM_HOST", "not a URL");
        assertThatThrownBy(() -> start(new GatewayListener())).hasMessageContaining("UPSTREAM_HOST");
        assertNoThreadBut(before);

        parameters.put("UPSTREAM_HOST", "http://127.0.0.1:1");
        ServletContextHandler context = context(new GatewayListener());
        context.addEventListener(new ServletContextListener() {
            @Override
            public void contextInitialized(ServletContextEvent event) {
                throw new IllegalStateException("another part of the deployment");
            }
        });
        Server server = new Server();
        server.setHandler(context);
        assertThatThrownBy(server::start).hasMessageContaining("another part");
        server.stop();
        assertNoThreadBut(before);
    }

    /** Where servlet and filter cannot be registered, what was opened before is closed. */
    @Test
    void aContextThatRefusesTheServletLeavesNoThread() throws Exception {
        LogSetup.end();
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        LogSetup.begin();
        parameters.put("UPSTREAM_HOST", "http://127.0.0.1:1");
        ServletContextHandler started = context(new ServletContextListener() {});
        Server server = new Server();
        server.setHandler(started);
        server.start();
        ServletContextEvent event = new ServletContextEvent(started.getServletContext());
        assertThatThrownBy(() -> new GatewayListener().contextInitialized(event))
                .isInstanceOf(RuntimeException.class);
        server.stop();
        assertNoThreadBut(before);
    }

    /** CONTRACT 12: an undeploy leaves no thread or timer behind. */
    @Test
    void aStopLeavesNoThread() throws Exception {
        LogSetup.end();
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        LogSetup.begin();
        try (FakeApiServer upstream = new FakeApiServer()) {
            parameters.put("UPSTREAM_HOST", upstream.url());
            Server server = start(new GatewayListener());
            assertThat(get(server, JWKS)).startsWith("HTTP/1.1 200 ");
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .contains("timer", "log");
            server.stop();
        }
        assertNoThreadBut(before);
    }

    @Test
    void theLogGoesOnAfterAGatewayIsClosed() throws Exception {
        parameters.put("UPSTREAM_HOST", "http://127.0.0.1:1");
        Log.configure(LogLevel.INFO, LogFormat.TEXT, "");
        Gateway.open(GatewayConfig.from(parameters::get), parameters, new ShutdownState(), null)
                .close();
        assertThat(LogSetup.isOpen()).isTrue();
    }

    private static void assertNoThreadBut(Set<Thread> before) throws InterruptedException {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            // On Java 17 the JDK's HTTP client may outlive it until the next garbage collection.
            if (!before.contains(thread) && !thread.getName().startsWith("HttpClient-")) {
                thread.join(10_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    private Server start(GatewayListener listener) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(context(listener));
        server.start();
        return server;
    }

    private ServletContextHandler context(ServletContextListener listener) {
        ServletContextHandler context = new ServletContextHandler();
        context.setContextPath("/");
        parameters.forEach(context::setInitParameter);
        context.addEventListener(listener);
        return context;
    }

    private static String get(Server server, String path) throws IOException {
        int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        return Wire.exchange(port, "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    }
}
