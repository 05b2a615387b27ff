// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.Documents;
import io.github.kubeoidc.gateway.api.Health;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers every request: the two documents, the two health paths, and 404 for the rest. To be mapped to {@code /*}, with
 * asynchronous processing supported. The raw path below the context path counts, character for character; nothing else of
 * the request but its method and {@code If-None-Match} decides what is answered.
 */
public final class GatewayServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(GatewayServlet.class);
    private static final String HEALTHZ = "/healthz";
    private static final String READYZ = "/readyz";

    private final transient Documents documents;
    private final transient Health health;
    private final transient Drain drain;
    private final transient DocumentResponse documentResponse;

    /**
     * Creates the servlet.
     *
     * @param documents is asked for every document
     * @param health is asked by the health paths
     * @param drain tells that the gateway is about to stop
     * @param clientCacheTtl how long clients may keep a document, in whole seconds
     * @param clock the wall clock, for {@code Expires}
     */
    public GatewayServlet(
            Documents documents, Health health, Drain drain, Duration clientCacheTtl, InstantSource clock) {
        this.documents = documents;
        this.health = health;
        this.drain = drain;
        this.documentResponse = new DocumentResponse(clientCacheTtl, clock);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (drain.hasBegun() || hasBody(request)) {
            closeConnection(request, response);
        }
        String path = request.getRequestURI().substring(request.getContextPath().length());
        if (path.equals(DocumentKind.JWKS.path())) {
            document(DocumentKind.JWKS, request, response);
        } else if (path.equals(DocumentKind.DISCOVERY.path())) {
            document(DocumentKind.DISCOVERY, request, response);
        } else if (path.equals(HEALTHZ) || path.equals(READYZ)) {
            health(path, request, response);
        } else {
            PlainText.NOT_FOUND.send(request, response);
        }
    }

    private void document(DocumentKind kind, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (isGetOrHead(request, response)) {
            whenDone(documents.get(kind), request, response, documentResponse);
        }
    }

    private void health(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!isGetOrHead(request, response)) {
            return;
        }
        if (path.equals(READYZ) && drain.hasBegun()) {
            PlainText.SERVICE_UNAVAILABLE.send(request, response);
        } else {
            whenDone(
                    health.check(),
                    request,
                    response,
                    (healthy, req, res) -> (healthy ? PlainText.OK : PlainText.SERVICE_UNAVAILABLE).send(req, res));
        }
    }

    /** Sends what a future brings: at once where it is done, and else without holding a thread until it is. */
    private static <T> void whenDone(
            CompletableFuture<T> future, HttpServletRequest request, HttpServletResponse response, Sender<T> sender)
            throws IOException {
        if (future.isDone()) {
            sender.send(future.join(), request, response);
            return;
        }
        AsyncContext async = request.startAsync(request, response);
        // Who made the future bounds it.
        async.setTimeout(0);
        RequestLog.of(request).defer(async);
        future.whenComplete((value, failure) -> {
            try {
                sender.send(value, request, response);
            } catch (IOException | RuntimeException e) {
                LOG.debug("an answer could not be sent", e);
            } finally {
                async.complete();
            }
        });
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
