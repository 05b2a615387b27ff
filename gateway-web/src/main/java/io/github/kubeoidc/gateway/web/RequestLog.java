// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.Route;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Collects what is logged and counted of a request, from its beginning to its end, which may come on another thread. */
final class RequestLog implements AsyncListener {
    private static final String ATTRIBUTE = RequestLog.class.getName();

    /** As nginx logs it: the connection ended before there was an answer. */
    private static final int CONNECTION_ENDED = 499;

    private final HttpServletResponse response;
    private final LongSupplier ticker;
    private final long begun;
    private final String method;
    private final String path;
    private final @Nullable String traceparent;
    private final Events events;
    private Route route = Route.OTHER;
    private CacheStatus cache = CacheStatus.NONE;
    private boolean deferred;
    private boolean failed;
    private boolean connectionEnded;

    private RequestLog(HttpServletRequest request, HttpServletResponse response, LongSupplier ticker, Events events) {
        this.response = response;
        this.ticker = ticker;
        this.events = events;
        this.begun = ticker.getAsLong();
        this.method = request.getMethod();
        this.path = request.getRequestURI();
        this.traceparent = traceparent(request);
    }

    private static @Nullable String traceparent(HttpServletRequest request) {
        // First whether there is one at all, which allocates nothing: most requests have none.
        boolean isSent = request.getHeader(TraceParent.FIELD) != null;
        return isSent ? TraceParent.only(request.getHeaders(TraceParent.FIELD)) : null;
    }

    static RequestLog begin(
            HttpServletRequest request, HttpServletResponse response, LongSupplier ticker, Events events) {
        RequestLog log = new RequestLog(request, response, ticker, events);
        request.setAttribute(ATTRIBUTE, log);
        return log;
    }

    /** Returns what the filter began. */
    static RequestLog of(HttpServletRequest request) {
        return (RequestLog) request.getAttribute(ATTRIBUTE);
    }

    void setRoute(Route route) {
        this.route = route;
    }

    void setCache(CacheStatus cache) {
        this.cache = cache;
    }

    /** Has the line written when the asynchronous answer is complete. To be called by the thread that starts it. */
    void defer(AsyncContext async) {
        deferred = true;
        async.addListener(this);
    }

    /** Notes that the request threw. */
    void fail() {
        failed = true;
    }

    void endUnlessDeferred() {
        if (!deferred) {
            end();
        }
    }

    private void end() {
        int status = status();
        long nanos = ticker.getAsLong() - begun;
        events.requestEnded(route, method, status, cache, nanos);
        if (RequestLine.isLogged()) {
            new RequestLine(method, path, status, cache.fromMemory(), nanos, traceparent).log();
        }
    }

    private int status() {
        if (connectionEnded) {
            return CONNECTION_ENDED;
        }
        // The container sets the status of a request that threw when the filters are through with it.
        return failed && !response.isCommitted() ? HttpServletResponse.SC_INTERNAL_SERVER_ERROR : response.getStatus();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // Completion follows.
    }

    @Override
    public void onError(AsyncEvent event) {
        // Completion follows.
        connectionEnded = event.getThrowable() instanceof IOException && !response.isCommitted();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Asynchronous processing is started once only.
    }
}
