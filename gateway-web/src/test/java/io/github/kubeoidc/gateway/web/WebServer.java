// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.Documents;
import io.github.kubeoidc.gateway.api.Health;
import io.github.kubeoidc.gateway.api.Representation;
import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Waiting;
import io.github.kubeoidc.gateway.testsupport.Wire;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Servlet and filter in a Jetty, on a free port. What the other rooms would say is what the test puts into the fields. */
final class WebServer implements AutoCloseable {
    static final String DISCOVERY = "/.well-known/openid-configuration";
    static final String JWKS = "/openid/v1/jwks";
    static final String GET_JWKS = "GET " + JWKS + " HTTP/1.1\nHost: a\n\n";
    static final String DISCOVERY_BODY = "{\"issuer\":\"https://issuer.example\"}";
    static final String JWKS_BODY = "{\"keys\":[{\"kty\":\"RSA\"}]}";
    static final String DISCOVERY_ETAG = "\"d15c0\"";
    static final String JWKS_ETAG = "\"ce75\"";
    static final Instant NOW = Instant.parse("2026-03-05T06:07:08.999Z");
    static final long MAX_AGE = 120;
    static final long NANOS_PER_LOOK = 1_234_567;

    /** Few, so that a request that holds one is noticed. */
    static final int THREADS = 5;

    volatile CompletableFuture<Answer> discovery =
            CompletableFuture.completedFuture(answer(DISCOVERY_BODY, DISCOVERY_ETAG, CacheStatus.HIT));
    volatile CompletableFuture<Answer> jwks = CompletableFuture.completedFuture(jwks(CacheStatus.HIT));
    volatile CompletableFuture<Boolean> healthy = CompletableFuture.completedFuture(true);
    volatile Runnable whenAsked = () -> {};

    /** What a filter behind the log's makes of a request. */
    volatile UnaryOperator<HttpServletRequest> wrapping = request -> request;

    final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
    final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    final ShutdownState shutdown = new ShutdownState();

    private final AtomicLong ticks = new AtomicLong(Long.MAX_VALUE - 1);
    private final QueuedThreadPool threads = new QueuedThreadPool(THREADS, 1);
    private final Server server = new Server(threads);
    private final ServerConnector connector;
    private final GatewayServlet servlet;

    WebServer() {
        this("/");
    }

    WebServer(String contextPath) {
        this(contextPath, "", Duration.ofMinutes(5));
    }

    /** Has the documents below a prefix, as PATH_PREFIX says it. */
    static WebServer withPrefix(String pathPrefix) {
        return new WebServer("/", pathPrefix, Duration.ofMinutes(5));
    }

    WebServer(String contextPath, String pathPrefix, Duration longestWait) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        // As in the gateway's own server: what an answer holds is heap.
        http.setUseOutputDirectByteBuffers(false);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost("127.0.0.1");
        // As there too: the kernel would take a whole document.
        connector.setAcceptedSendBufferSize(16 * 1024);
        server.addConnector(connector);

        Documents documents = kind -> {
            asked.add(kind.name());
            whenAsked.run();
            return kind == DocumentKind.DISCOVERY ? discovery : jwks;
        };
        Health health = () -> {
            asked.add("health");
            whenAsked.run();
            return healthy;
        };
        ServletContextHandler context = new ServletContextHandler();
        context.setContextPath(contextPath);
        FilterHolder filter =
                new FilterHolder(new RequestLogFilter(() -> ticks.getAndAdd(NANOS_PER_LOOK), new ToldRequests(told)));
        filter.setAsyncSupported(true);
        context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
        FilterHolder behind = new FilterHolder(
                (request, response, chain) -> chain.doFilter(wrapping.apply((HttpServletRequest) request), response));
        behind.setAsyncSupported(true);
        context.addFilter(behind, "/*", EnumSet.of(DispatcherType.REQUEST));
        servlet = new GatewayServlet(documents, health, shutdown, pathPrefix, longestWait, () -> NOW);
        ServletHolder holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        server.setHandler(context);
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static Answer answer(String body, String etag, CacheStatus status) {
        return new Answer(new Representation(body.getBytes(StandardCharsets.ISO_8859_1), etag), status, MAX_AGE);
    }

    /** The key set, from there. */
    static Answer jwks(CacheStatus status) {
        return answer(JWKS_BODY, JWKS_ETAG, status);
    }

    /** CONTRACT 1.1: the whole answer; "Nothing else is added". */
    static void assertDocument(Reply reply, String body, String etag) {
        assertDocumentHead(reply, body, etag);
        // Said by itself, a mebibyte is no message.
        assertThat(reply.body().equals(body)).as("the whole document").isTrue();
    }

    static void assertDocumentHead(Reply reply, String body, String etag) {
        assertThat(reply.statusLine()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(reply.headers())
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Content-Length", "" + body.length())
                .containsEntry("Cache-Control", "public, max-age=120")
                .containsEntry("Expires", "Thu, 05 Mar 2026 06:09:08 GMT")
                .containsEntry("ETag", etag)
                .containsEntry("X-Content-Type-Options", "nosniff")
                .containsEntry("Access-Control-Allow-Origin", "*")
                .containsEntry("Date", "Thu, 05 Mar 2026 06:07:08 GMT")
                .hasSize(8);
    }

    /** CONTRACT 1.6 and 7: an answer that says that its connection closes, which it does. */
    static void assertLast(Wire wire, Reply reply, int status) throws IOException {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.header("Connection")).isEqualTo("close");
        assertThat(wire.readToEnd()).isEmpty();
    }

    /** Waits for the next request that is told of. */
    void assertTold(String beginning) throws InterruptedException {
        assertThat(told.poll(10, TimeUnit.SECONDS)).startsWith(beginning);
    }

    int port() {
        return connector.getLocalPort();
    }

    Wire connect() throws IOException {
        return new Wire(port());
    }

    /** Asks on a connection of its own, with header lines that each end in a line feed. */
    Reply ask(String method, String target, String headers) throws IOException {
        try (Wire wire = connect()) {
            wire.send(method + " " + target + " HTTP/1.1\nHost: gateway\n" + headers + "\n");
            return method.equals("HEAD") ? wire.readBodiless() : wire.read();
        }
    }

    Reply get(String target) throws IOException {
        return ask("GET", target, "");
    }

    /** Waits until so many requests wait for a future. One that has only asked for it may still find it complete. */
    void awaitWaiting(CompletableFuture<?> future, int requests) {
        // A request waits once its thread has left the servlet, too.
        Waiting.until(() -> servlet.waiting(future) >= requests && threads.getUtilizedThreads() == 0);
    }

    /** Ends all connections, whatever they wait for. */
    void cut() {
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            Connection connection = endPoint.getConnection();
            endPoint.close(new EofException("cut"));
            connection.close();
        }
    }

    @Override
    public void close() {
        // Jetty's stop waits without a bound where an answer is on its way to a client that does not take it.
        connector.getConnectedEndPoints().forEach(EndPoint::close);
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
