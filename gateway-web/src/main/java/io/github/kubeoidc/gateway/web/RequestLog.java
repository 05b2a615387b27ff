// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.Route;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A request, with what is logged and counted of it from its beginning to its end, which may come on another thread. The servlet
 * is given this one: an attribute of the container's request would cost a map for each request.
 */
final class RequestLog extends HttpServletRequestWrapper implements AsyncListener {
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
    private boolean handedOver;
    private long nanos;
    private boolean deferred;
    private boolean failed;
    private boolean connectionEnded;

    RequestLog(HttpServletRequest request, HttpServletResponse response, LongSupplier ticker, Events events) {
        super(request);
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

    /** Returns what the filter began, where a filter behind it may have wrapped that. */
    static RequestLog of(ServletRequest request) {
        ServletRequest inner = request;
        while (!(inner instanceof RequestLog)) {
            inner = ((ServletRequestWrapper) inner).getRequest();
        }
        return (RequestLog) inner;
    }

    void setRoute(Route route) {
        this.route = route;
    }

    void setCache(CacheStatus cache) {
        this.cache = cache;
    }

    /**
     * Makes a request asynchronous, and has its line written when it is complete.
     *
     * @param timeout after which the container ends it, its answer included; zero for none
     */
    static AsyncContext startAsync(HttpServletRequest request, HttpServletResponse response, Duration timeout) {
        RequestLog log = of(request);
        AsyncContext async = request.startAsync(request, response);
        async.setTimeout(timeout.toMillis());
        log.deferred = true;
        async.addListener(log);
        return async;
    }

    /** Takes the time, before the end of a request whose client may be slow to read the answer. */
    void handOver() {
        nanos = ticker.getAsLong() - begun;
        handedOver = true;
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
        if (!handedOver) {
            handOver();
        }
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
