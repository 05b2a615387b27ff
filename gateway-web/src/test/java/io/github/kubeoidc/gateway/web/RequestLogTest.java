// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** CONTRACT 6.1 and 6.2: one line a request. */
class RequestLogTest {
    private static final AtomicInteger CONTEXTS = new AtomicInteger();
    private static final String TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final String TRACE =
            " trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7 trace_flags=01";

    // A path of its own tells this test's lines from those of tests at the same time.
    private final String contextPath = "/contextPath" + CONTEXTS.getAndIncrement();

    @AutoClose
    private final WebServer server = new WebServer(contextPath);

    private final LinkedBlockingQueue<ILoggingEvent> events = new LinkedBlockingQueue<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RequestLog.class);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().startsWith("path=" + contextPath + "/")) {
                events.add(event);
            }
        }
    };

    @BeforeEach
    void listen() {
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
    }

    /** As a container's libraries may put filters behind the web application's own. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void soIsOneThatFiltersBehindHaveWrapped(int times) throws Exception {
        server.wrapping = request -> {
            HttpServletRequest wrapped = request;
            for (int i = 0; i < times; i++) {
                wrapped = new HttpServletRequestWrapper(wrapped);
            }
            return wrapped;
        };

        assertThat(server.get(contextPath + WebServer.JWKS).status()).isEqualTo(200);

        assertThat(nextLine()).contains(" status=200 cache_hit=true ");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /openid/v1/jwks, 200, true",
        "HEAD, /.well-known/openid-configuration, 200, true",
        "GET, /openid/v1/jwks?token=a, 200, true",
        "POST, /openid/v1/jwks, 405, false",
        "GET, /healthz, 200, false",
        "GET, /a, 404, false"
    })
    void aRequestIsOneLineAtInfo(String method, String target, int status, boolean hit) throws Exception {
        server.ask(method, contextPath + target, "");

        ILoggingEvent event = next();
        assertThat(event.getLevel()).isEqualTo(Level.INFO);
        String path = contextPath + target.replaceFirst("\\?.*", "");
        assertThat(event.getFormattedMessage())
                .isEqualTo("path=" + path + " status=" + status + " cache_hit=" + hit + " duration=1.234ms"
                        + (method.equals("GET") ? "" : " method=" + method));
        assertThat(event.getArgumentArray())
                .containsExactly(new RequestLine(method, path, status, hit, WebServer.NANOS_PER_LOOK, null));
        server.close();
        assertThat(events).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(CacheStatus.class)
    void cacheHitIsTrueForWhatCameFromMemory(CacheStatus status) throws Exception {
        boolean none = status == CacheStatus.NONE;
        server.jwks = CompletableFuture.completedFuture(none ? Answer.NONE : WebServer.answer("{}", "\"a\"", status));
        server.get(contextPath + WebServer.JWKS);

        boolean hit = status == CacheStatus.HIT || status == CacheStatus.STALE;
        assertThat(nextLine()).contains(" status=" + (none ? 502 : 200) + " cache_hit=" + hit + " duration=");
    }

    @Test
    void aNotModifiedIsAHit() throws Exception {
        server.ask("GET", contextPath + WebServer.JWKS, "If-None-Match: *\n");
        assertThat(nextLine()).contains(" status=304 cache_hit=true ");
    }

    @Test
    void aRequestThatWaitsIsLoggedOnceItIsAnswered() throws Exception {
        server.jwks = new CompletableFuture<>();
        try (Wire wire = server.connect()) {
            wire.send("GET " + contextPath + WebServer.JWKS + " HTTP/1.1\nHost: a\n\n");
            server.awaitWaiting(server.jwks, 1);
            // Answered on the same threads and after it: had the first been logged by now, its line would come first.
            server.get(contextPath + "/a");
            assertThat(nextLine()).contains("/a status=404 ");

            server.jwks.complete(Answer.NONE);
            wire.read();
        }
        assertThat(nextLine())
                .isEqualTo("path=" + contextPath + WebServer.JWKS + " status=502 cache_hit=false duration=3.703ms");
        server.close();
        assertThat(events).isEmpty();
    }

    /** CONTRACT 1.4: no client can cause a 5xx of its own making, and this is no answer. */
    @Test
    void aRequestWhoseConnectionEndsFirstIsLoggedAsThat() throws Exception {
        server.jwks = new CompletableFuture<>();
        try (Wire wire = server.connect()) {
            wire.send("GET " + contextPath + WebServer.JWKS + " HTTP/1.1\nHost: a\n\n");
            server.awaitWaiting(server.jwks, 1);
            server.cut();
        }
        assertThat(nextLine())
                .startsWith("path=" + contextPath + WebServer.JWKS + " status=499 cache_hit=false duration=");
    }

    /** No client can cause it, and the log would be the place to look if one could. */
    @Test
    void aRequestThatThrowsIsALineToo() throws Exception {
        server.jwks = null;
        server.get(contextPath + WebServer.JWKS);
        assertThat(nextLine())
                .startsWith("path=" + contextPath + WebServer.JWKS + " status=500 cache_hit=false duration=");
    }

    /** CONTRACT 9: it is counted as it is logged. */
    @Test
    void whatTheServerAnsweredItselfIsLoggedAndTold() throws Exception {
        Queue<String> told = new ArrayDeque<>();
        new RequestLogFilter(() -> 0, new ToldRequests(told))
                .requestEnded(new RequestLine("OPTIONS", contextPath + "/*", 404, false, 2_000_000, null));
        assertThat(told).containsExactly("OTHER OPTIONS 404 NONE 2000000");
        assertThat(nextLine())
                .isEqualTo("path=" + contextPath + "/* status=404 cache_hit=false duration=2.000ms method=OPTIONS");
    }

    @Test
    void aHealthCheckThatWaitsIsLoggedOnceItIsAnswered() throws Exception {
        server.healthy = new CompletableFuture<>();
        try (Wire wire = server.connect()) {
            wire.send("GET " + contextPath + "/healthz HTTP/1.1\nHost: a\n\n");
            server.awaitWaiting(server.healthy, 1);
            server.healthy.complete(false);
            wire.read();
        }
        assertThat(nextLine())
                .isEqualTo("path=" + contextPath + "/healthz status=503 cache_hit=false duration=1.234ms");
    }

    @ParameterizedTest
    @ValueSource(strings = {"traceparent", "Traceparent", "TRACEPARENT"})
    void aTraceIsToldAfterTheFourFields(String name) throws Exception {
        server.ask("GET", contextPath + "/a", "Other: a\n" + name + ":  " + TRACEPARENT + " \n");
        assertThat(nextLine()).endsWith("/a status=404 cache_hit=false duration=1.234ms" + TRACE);
    }

    @Test
    void aRequestThatWaitsHasItsTraceToo() throws Exception {
        server.jwks = new CompletableFuture<>();
        try (Wire wire = server.connect()) {
            wire.send(
                    "GET " + contextPath + WebServer.JWKS + " HTTP/1.1\nHost: a\ntraceparent: " + TRACEPARENT + "\n\n");
            server.awaitWaiting(server.jwks, 1);
            server.jwks.complete(Answer.NONE);
            wire.read();
            assertThat(nextLine()).endsWith(TRACE);

            // The next request on the same connection has none.
            wire.send("GET " + contextPath + "/a HTTP/1.1\nHost: a\n\n");
            wire.read();
            assertThat(nextLine()).endsWith("ms");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "traceparent:\n",
                "traceparent: " + TRACEPARENT + "-more\n",
                "traceparent: " + TRACEPARENT + " status=200\n",
                "traceparent: " + TRACEPARENT + "\ntraceparent: " + TRACEPARENT + "\n",
                "traceparent: " + TRACEPARENT + "\nTraceParent: x\n",
                "traceparent:\ntraceparent: " + TRACEPARENT + "\n",
                "traceparent: " + TRACEPARENT + ", " + TRACEPARENT + "\n",
                "tracestate: " + TRACEPARENT + "\n",
                "trace-parent: " + TRACEPARENT + "\n"
            })
    void aTraceparentThatIsInvalidOrNotTheOnlyOneIsNone(String fields) throws Exception {
        server.ask("GET", contextPath + "/a", fields);
        assertThat(nextLine()).endsWith("/a status=404 cache_hit=false duration=1.234ms");
    }

    // 1.3: "Nothing of the request … reaches upstream, an answer's content"; 1.1 and 1.4: no field more.
    @ParameterizedTest
    @ValueSource(strings = {WebServer.JWKS, WebServer.DISCOVERY, "/healthz", "/a"})
    void noAnswerTellsATrace(String target) throws Exception {
        Reply without;
        Reply with;
        do {
            without = server.ask("GET", contextPath + target, "");
            with = server.ask("GET", contextPath + target, "traceparent: " + TRACEPARENT + "\ntracestate: a=b\n");
            // A second may end between the two.
        } while (!String.valueOf(with.header("Date")).equals(without.header("Date")));
        assertThat(with).isEqualTo(without);
        assertThat(with.toString()).doesNotContain("4bf92f3577b34da6", "a=b");
    }

    @Test
    void aPathIsLoggedAsItWasSentAndCut() throws Exception {
        String path = contextPath + "/%22%20status=200;a";
        server.get(path);
        assertThat(nextLine()).startsWith("path=" + path + " status=404 ");

        String longPath = contextPath + "/" + "a".repeat(300);
        server.get(longPath);
        assertThat(nextLine()).startsWith("path=" + longPath.substring(0, 256) + " status=404 ");
    }

    private String nextLine() throws InterruptedException {
        return next().getFormattedMessage();
    }

    private ILoggingEvent next() throws InterruptedException {
        ILoggingEvent event = events.poll(10, TimeUnit.SECONDS);
        assertThat(event).as("a request line").isNotNull();
        return event;
    }
}
