// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.api.GatewayState;
import io.github.kubeoidc.gateway.api.LogFormat;
import io.github.kubeoidc.gateway.api.LogLevel;
import io.github.kubeoidc.gateway.testsupport.FakeApiServer;
import io.github.kubeoidc.gateway.testsupport.Waiting;
import io.github.kubeoidc.gateway.web.ShutdownState;
import io.github.kubeoidc.gateway.webapp.log.StdoutAppender;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** CONTRACT 3.2, 3.10, 3.12, 5, 6.4 and 9: what the composition joins, with an API server of a few lines. */
@ResourceLock("log")
@Timeout(60)
class GatewayTest {
    private static final String JWKS = DocumentKind.JWKS.path();
    private static final Instant EXPIRY = Instant.ofEpochSecond(1_900_000_000);

    @TempDir
    private Path directory;

    private final Map<String, String> variables = new HashMap<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage());
        }
    };

    @BeforeEach
    void listen() throws IOException {
        LogSetup.begin();
        Log.configure(LogLevel.INFO, LogFormat.TEXT, "");
        ours().addAppender(listener);
        listener.setContext(LogSetup.context());
        listener.start();
        FakeMetrics.bound = null;
        String claims = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(("{\"exp\":" + EXPIRY.getEpochSecond() + "}").getBytes(StandardCharsets.UTF_8));
        Path token = Files.writeString(directory.resolve("token"), "e30." + claims + ".c2ln");
        variables.put("SA_TOKEN_PATH", token.toString());
        variables.put("UPSTREAM_TIMEOUT_SECONDS", "30");
    }

    @AfterEach
    void stopListening() {
        ours().detachAppender(listener);
    }

    private static Logger ours() {
        return LogSetup.context().getLogger("io.github.kubeoidc");
    }

    private Gateway open() throws Exception {
        return Gateway.open(GatewayConfig.from(variables::get), variables, new ShutdownState(), null);
    }

    // 6.4: "At start: version, the effective configuration"; 5: "is a WARN at start that names the one that may be
    // meant"
    @Test
    void theStartIsToldAndSoIsAVariableThatIsMisspelt() throws Exception {
        variables.put("UPSTREAM_HOST", "http://127.0.0.1:1");
        variables.put("LISTENPORT", "1");
        open().close();
        assertThat(lines)
                .anyMatch(line -> line.startsWith("INFO kube-oidc-gateway " + Version.current() + " starts with ")
                        && line.contains("UPSTREAM_HOST=http://127.0.0.1:1 "))
                .contains(
                        "WARN the variable LISTENPORT is none of the gateway's and is ignored: is LISTEN_PORT meant?");
        assertThat(FakeMetrics.bound).as("9: off when unset").isNull();
    }

    // 3.12: "At start both documents are fetched without being asked for"
    @Test
    void bothDocumentsAreFetchedAndTheMetricsToldOfAll() throws Exception {
        variables.put("METRICS_PORT", "9090");
        variables.put("LISTEN_ADDR", "127.0.0.1");
        try (FakeApiServer upstream = new FakeApiServer()) {
            variables.put("UPSTREAM_HOST", upstream.url());
            try (Gateway gateway = open()) {
                FakeMetrics metrics = FakeMetrics.bound;
                assertThat(metrics.address).isEqualTo("127.0.0.1:9090");
                assertThat(lines).contains("INFO metrics are at http://127.0.0.1:9090/metrics");
                assertThat(metrics.told.poll(20, TimeUnit.SECONDS)).isEqualTo("fetched DISCOVERY null");
                assertThat(metrics.told.poll(20, TimeUnit.SECONDS)).isEqualTo("fetched JWKS null");
                assertState(metrics.state);
                try (Container container = serve(gateway)) {
                    assertThat(container.get(JWKS)).startsWith("HTTP/1.1 200 ");
                }
                assertThat(metrics.told).containsExactly("GET JWKS 200");
                assertThat(metrics.closed).isFalse();
            }
            assertThat(FakeMetrics.bound.closed).isTrue();
        }
    }

    private static void assertState(GatewayState state) {
        assertThat(state.version()).isEqualTo(Version.current());
        assertThat(state.documents().age(DocumentKind.JWKS)).isNotNull();
        assertThat(state.tokenExpiry().get()).isEqualTo(EXPIRY);
        assertThat(state.droppedLogLines().getAsLong()).isEqualTo(Log.droppedLines());
        assertThat(state.server()).isNull();
    }

    @Test
    void aMetricsPortThatCannotBeBoundFailsTheDeploymentAndEndsTheLog() {
        variables.put("METRICS_PORT", "1");
        variables.put("UPSTREAM_HOST", "http://127.0.0.1:1");
        assertThatThrownBy(this::open)
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on 0.0.0.0 port 1: refused by a test");
        assertThatThrownBy(new Container(variables, new GatewayListener())::start)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot listen on 0.0.0.0 port 1: refused by a test");
        assertThat(LogSetup.isOpen()).isFalse();
    }

    // 12: "a deployment that failed" leaves nothing behind; the metrics are closed last
    @Test
    void whatWasOpenedIsClosedWhereTheRestCannotBe() {
        variables.put("METRICS_PORT", "2");
        variables.put("UPSTREAM_HOST", "http://127.0.0.1:1");
        assertThatThrownBy(this::open).hasMessage("refused by a test");
        assertThat(FakeMetrics.bound.closed).isTrue();
    }

    // 6.4: "At stop"
    @Test
    void aStopInAServletContainerIsTold() throws Exception {
        variables.put("UPSTREAM_HOST", "http://127.0.0.1:1");
        try (Container container = new Container(variables, new GatewayListener()).start()) {
            assertThat(container.isRunning()).isTrue();
            assertThat(lines).doesNotContain("INFO kube-oidc-gateway stopped");
        }
        assertThat(lines).contains("INFO kube-oidc-gateway stopped");
    }

    // 3.10: "So a restart during an outage of the API server loses nothing"; 3.2: "waits at most 300 ms"
    @Test
    void aGatewayThatStartsWhileTheApiServerHangsServesWhatTheOneBeforeHasStored() throws Exception {
        variables.put("CACHE_DIR", directory.toString());
        variables.put("PRETTY_PRINT_JSON", "false");
        try (FakeApiServer upstream = new FakeApiServer()) {
            variables.put("UPSTREAM_HOST", upstream.url());
            try (Gateway first = open();
                    Container container = serve(first)) {
                assertThat(container.get(JWKS)).endsWith(FakeApiServer.JWKS);
                awaitStored();
            }
            upstream.hang();
            try (Gateway second = open();
                    Container container = serve(second)) {
                assertThat(container.get(JWKS)).startsWith("HTTP/1.1 200 ").endsWith(FakeApiServer.JWKS);
            }
        }
    }

    // 2.2: a client that is slow to take an answer must not keep a fetch from its deadline
    @Test
    void aRequestThatHasWaitedLongEnoughIsNotAnsweredOnTheThreadOfDeadlines() throws Exception {
        variables.put("CACHE_DIR", directory.toString());
        try (FakeApiServer upstream = new FakeApiServer()) {
            variables.put("UPSTREAM_HOST", upstream.url());
            try (Gateway first = open();
                    Container container = serve(first)) {
                container.get(JWKS);
                awaitStored();
            }
            upstream.hang();
            List<String> answering = new CopyOnWriteArrayList<>();
            try (Gateway second = open();
                    Container container = serve(second, answering)) {
                container.get(JWKS);
            }
            assertThat(answering).isNotEmpty().doesNotContain("timer");
        }
    }

    /** A busy disk may take longer for it than a gateway that stops waits. */
    private void awaitStored() {
        Waiting.until(() -> Files.exists(directory.resolve("jwks")));
    }

    // 6.5: lines that a log without an output cannot count are none
    @Test
    void aLogThatHasStoppedHasDroppedNothing() {
        Log.stop();
        assertThat(Log.droppedLines()).isZero();
    }

    // 9: log_lines_dropped_total
    @Test
    void whatTheLogDropsIsCounted() {
        Appender<ILoggingEvent> stdout =
                LogSetup.context().getLogger(Logger.ROOT_LOGGER_NAME).getAppender(StdoutAppender.NAME);
        // It takes no more lines once it has been stopped.
        stdout.stop();
        stdout.start();
        ours().warn("dropped");
        assertThat(Log.droppedLines()).isEqualTo(1);
        LogSetup.end();
    }

    private static Container serve(Gateway gateway) throws Exception {
        return serve(gateway, new ArrayList<>());
    }

    /** Serves a gateway, and keeps the name of each thread that sets a header. */
    private static Container serve(Gateway gateway, List<String> answering) throws Exception {
        Container container = new Container(Map.of());
        ServletContext context = container.context.getServletContext();
        FilterRegistration.Dynamic filter = context.addFilter("threads", (Filter) (request, response, chain) ->
                chain.doFilter(request, new HttpServletResponseWrapper((HttpServletResponse) response) {
                    @Override
                    public void setHeader(String name, String value) {
                        answering.add(Thread.currentThread().getName());
                        super.setHeader(name, value);
                    }
                }));
        filter.setAsyncSupported(true);
        filter.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
        gateway.register(context);
        return container.start();
    }
}
