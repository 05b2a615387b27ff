// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.LogFormat;
import io.github.kubeoidc.gateway.api.LogLevel;
import io.github.kubeoidc.gateway.testsupport.FakeApiServer;
import io.github.kubeoidc.gateway.web.ShutdownState;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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
            try (Container container = container(new GatewayListener()).start()) {
                assertThat(container.get(JWKS))
                        .startsWith("HTTP/1.1 200 ")
                        .contains("\r\nCache-Control: public, max-age=77\r\n")
                        .endsWith("\r\n\r\n" + FakeApiServer.JWKS);
                assertThat(container.get("/.well-known/openid-configuration"))
                        .endsWith("\r\n\r\n" + FakeApiServer.DISCOVERY);
                assertThat(container.get("/a/b")).startsWith("HTTP/1.1 404 ");
                assertThat(container.get(JWKS + "/")).startsWith("HTTP/1.1 404 ");
                assertThat(container.get(JWKS)).startsWith("HTTP/1.1 200 ");
                assertThat(upstream.askedFor(JWKS)).as("kept in memory").isEqualTo(1);
                // 4.2: where the second is over, a health probe has the documents fetched again.
                assertThat(container.get("/readyz")).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    /** CONTRACT 5: what is invalid fails the deployment, all of it in one message. */
    @Test
    void anInvalidConfigurationFailsWithItsMessage() {
        parameters.put("CACHE_TTL_SECONDS", "x");
        parameters.put("UPSTREAM_HOST", "https://name:hidden@api.example");
        Container container = container(new GatewayListener());
        ServletContextEvent event = new ServletContextEvent(container.context.getServletContext());

        assertThatThrownBy(() -> new GatewayListener().contextInitialized(event))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "invalid configuration:\n  UPSTREAM_HOST=\"https://***@api.example\": allowed is ")
                .hasMessageContaining("\n  CACHE_TTL_SECONDS=\"x\": allowed is ");

        assertThatThrownBy(container::start).hasMessageContaining("CACHE_TTL_SECONDS=\"x\"");
        assertThat(container.isRunning()).isFalse();
        // A container may destroy what it could not initialize.
        new GatewayListener().contextDestroyed(event);
    }

    /** CONTRACT 10.1: "In a WAR the context path does this, and PATH_PREFIX is a configuration error." */
    @Test
    void aPathPrefixFailsTheDeploymentAndSaysWhy() {
        parameters.put("PATH_PREFIX", "/clusters/a");
        assertThatThrownBy(container(new GatewayListener())::start)
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
            try (Container container = container(new GatewayListener()).start()) {
                assertThat(container.get("/.well-known/openid-configuration"))
                        .endsWith(
                                "\r\n\r\n{\"issuer\":\"https://issuer.example\",\"jwks_uri\":\"https://oidc.example/jwks\",\"a\":1}");
                assertThat(container.get(JWKS)).endsWith("\r\n\r\n" + FakeApiServer.JWKS);
            }
        }
    }

    /** CONTRACT 12: what the container decides is not used. */
    @Test
    void whatOnlyTheEmbeddedServerUsesFailsNoDeployment() throws Exception {
        parameters.put("LISTEN_PORT", "x");
        parameters.put("IDLE_TIMEOUT_SECONDS", "x");
        parameters.put("UPSTREAM_HOST", "http://127.0.0.1:1");
        try (Container container = container(new GatewayListener()).start()) {
            assertThat(container.get("/a")).startsWith("HTTP/1.1 404 ");
        }
    }

    /** CONTRACT 12: "a deployment that failed" leaves "no thread … behind". */
    @Test
    void aDeploymentThatFailsLeavesNoThread() throws Exception {
        Set<Thread> before = threadsWithoutALog();
        parameters.put("UPSTREAM_HOST", "not a URL");
        assertThatThrownBy(container(new GatewayListener())::start).hasMessageContaining("UPSTREAM_HOST");
        assertNoThreadBut(before);

        parameters.put("UPSTREAM_HOST", "http://127.0.0.1:1");
        ServletContextListener failing = new ServletContextListener() {
            @Override
            public void contextInitialized(ServletContextEvent event) {
                throw new IllegalStateException("another part of the deployment");
            }
        };
        try (Container container = container(new GatewayListener(), failing)) {
            assertThatThrownBy(container::start).hasMessageContaining("another part");
        }
        assertNoThreadBut(before);
    }

    /** Where servlet and filter cannot be registered, what was opened before is closed. */
    @Test
    void aContextThatRefusesTheServletLeavesNoThread() throws Exception {
        Set<Thread> before = threadsWithoutALog();
        parameters.put("UPSTREAM_HOST", "http://127.0.0.1:1");
        try (Container started = container().start()) {
            ServletContextEvent event = new ServletContextEvent(started.context.getServletContext());
            assertThatThrownBy(() -> new GatewayListener().contextInitialized(event))
                    .isInstanceOf(RuntimeException.class);
        }
        assertNoThreadBut(before);
    }

    /** CONTRACT 12: an undeploy leaves no thread or timer behind. */
    @Test
    void aStopLeavesNoThread() throws Exception {
        Set<Thread> before = threadsWithoutALog();
        try (FakeApiServer upstream = new FakeApiServer()) {
            parameters.put("UPSTREAM_HOST", upstream.url());
            try (Container container = container(new GatewayListener()).start()) {
                assertThat(container.get(JWKS)).startsWith("HTTP/1.1 200 ");
                assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .contains("timer", "log");
            }
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

    private static Set<Thread> threadsWithoutALog() {
        LogSetup.end();
        Set<Thread> threads = Set.copyOf(Thread.getAllStackTraces().keySet());
        LogSetup.begin();
        return threads;
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

    private Container container(ServletContextListener... listeners) {
        return new Container(parameters, listeners);
    }
}
