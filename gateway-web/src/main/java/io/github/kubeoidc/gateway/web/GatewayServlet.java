// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.Documents;
import io.github.kubeoidc.gateway.api.Health;
import io.github.kubeoidc.gateway.api.Route;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;

/**
 * Answers every request: the two documents, the two health paths, and 404 for the rest. To be mapped to {@code /*}, with
 * asynchronous processing supported. The raw path below the context path counts, character for character, for the documents
 * with the prefix that is configured before their own; nothing else of the request but its method and
 * {@code If-None-Match} decides what is answered.
 */
public final class GatewayServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final String HEALTHZ = Route.HEALTHZ.path();
    private static final String READYZ = Route.READYZ.path();

    private final transient Documents documents;
    private final transient Health health;
    private final transient ShutdownState shutdown;
    private final transient Waiters waiters = new Waiters();
    private final transient DocumentResponse discoveryResponse;
    private final transient DocumentResponse jwksResponse;
    private final transient Duration longestWait;
    private final transient String discoveryPath;
    private final transient String jwksPath;

    /**
     * Creates the servlet.
     *
     * @param documents is asked for every document
     * @param health is asked by the health paths
     * @param shutdown tells that the gateway is about to stop
     * @param pathPrefix the part before the paths of the documents, without a slash at its end; empty for nothing
     * @param longestWait after which a request is answered as if there were no document, should the cache never complete it;
     *     longer than the cache and a slow client ever take, as an answer on its way is cut then
     * @param clock the wall clock, for {@code Date} and {@code Expires}
     */
    public GatewayServlet(
            Documents documents,
            Health health,
            ShutdownState shutdown,
            String pathPrefix,
            Duration longestWait,
            InstantSource clock) {
        this.documents = documents;
        this.health = health;
        this.shutdown = shutdown;
        this.discoveryResponse = new DocumentResponse(clock);
        this.jwksResponse = new DocumentResponse(clock);
        this.longestWait = longestWait;
        this.discoveryPath = pathPrefix + DocumentKind.DISCOVERY.path();
        this.jwksPath = pathPrefix + DocumentKind.JWKS.path();
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (shutdown.hasBegun() || hasBody(request)) {
            closeConnection(request, response);
        }
        String path = pathInContext(request.getRequestURI(), getServletContext().getContextPath());
        if (path.equals(jwksPath)) {
            document(DocumentKind.JWKS, jwksResponse, request, response);
        } else if (path.equals(discoveryPath)) {
            document(DocumentKind.DISCOVERY, discoveryResponse, request, response);
        } else if (path.equals(HEALTHZ) || path.equals(READYZ)) {
            health(path, request, response);
        } else {
            PlainText.NOT_FOUND.send(request, response);
        }
    }

    /** The raw path below the context's own. What Tomcat says of a request's context path is as the client wrote it. */
    static String pathInContext(String path, String context) {
        // Jetty tells a context's path as a URL has it, and Tomcat decoded.
        String prefix = path.startsWith(context) ? context : encoded(context);
        return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
    }

    private static String encoded(String path) {
        try {
            return new URI(null, null, path, null).toASCIIString();
        } catch (URISyntaxException e) {
            return path;
        }
    }

    private void document(
            DocumentKind kind, Sender<Answer> sender, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        RequestLog.of(request).setRoute(Route.of(kind));
        if (isGetOrHead(request, response)) {
            whenDone(documents.get(kind), Answer.NONE, request, response, sender);
        }
    }

    private void health(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        RequestLog.of(request).setRoute(path.equals(READYZ) ? Route.READYZ : Route.HEALTHZ);
        if (!isGetOrHead(request, response)) {
            return;
        }
        if (isStopping(path)) {
            PlainText.SERVICE_UNAVAILABLE.send(request, response);
        } else {
            whenDone(health.check(), false, request, response, (healthy, req, res) -> {
                PlainText known = (healthy ? PlainText.OK : PlainText.SERVICE_UNAVAILABLE);
                // A stop may have begun while the probe waited.
                (isStopping(path) ? PlainText.SERVICE_UNAVAILABLE : known).send(req, res);
            });
        }
    }

    private boolean isStopping(String path) {
        return path.equals(READYZ) && shutdown.hasBegun();
    }

    /** Sends what a future brings: at once where it is done, and else without holding a thread until it is. */
    private <T> void whenDone(
            CompletableFuture<T> future,
            T fallback,
            HttpServletRequest request,
            HttpServletResponse response,
            Sender<T> sender)
            throws IOException {
        if (future.isDone()) {
            send(future.join(), sender, request, response);
            return;
        }
        AsyncContext async = RequestLog.startAsync(request, response, longestWait);
        Sender<T> late = (value, req, res) -> send(value, sender, req, res);
        Waiter<T> waiter = new Waiter<>(waiters, future, async, request, response, late, fallback);
        async.addListener(waiter);
        waiters.add(future, waiter);
    }

    /** Sends what was asked for, and ends the connection where a stop has begun since the request came. */
    private <T> void send(T value, Sender<T> sender, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (shutdown.hasBegun()) {
            closeConnection(request, response);
        }
        sender.send(value, request, response);
    }

    /** How many requests wait for a future. Visible to tests. */
    int waiting(CompletableFuture<?> future) {
        return waiters.count(future);
    }

    private static boolean isGetOrHead(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String method = request.getMethod();
        if (method.equals("GET") || method.equals("HEAD")) {
            return true;
        }
        response.setHeader("Allow", "GET, HEAD");
        PlainText.METHOD_NOT_ALLOWED.send(request, response);
        return false;
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    private static void closeConnection(HttpServletRequest request, HttpServletResponse response) {
        // RFC 9113, section 8.2.2: HTTP/2, which a servlet container may speak, knows no such field.
        if (request.getProtocol().startsWith("HTTP/1")) {
            response.setHeader("Connection", "close");
        }
    }
}
