// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of a request for its log line, from its beginning to its end, which may come on another thread. */
final class RequestLog implements AsyncListener {
    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);
    private static final String ATTRIBUTE = RequestLog.class.getName();

    private final HttpServletResponse response;
    private final LongSupplier ticker;
    private final long begun;
    private final String method;
    private final String path;
    private boolean cacheHit;
    private boolean deferred;

    private RequestLog(HttpServletRequest request, HttpServletResponse response, LongSupplier ticker) {
        this.response = response;
        this.ticker = ticker;
        this.begun = ticker.getAsLong();
        this.method = request.getMethod();
        this.path = request.getRequestURI();
    }

    static RequestLog begin(HttpServletRequest request, HttpServletResponse response, LongSupplier ticker) {
        RequestLog log = new RequestLog(request, response, ticker);
        request.setAttribute(ATTRIBUTE, log);
        return log;
    }

    /** Returns what the filter began. */
    static RequestLog of(HttpServletRequest request) {
        return (RequestLog) request.getAttribute(ATTRIBUTE);
    }

    void setCacheHit(boolean cacheHit) {
        this.cacheHit = cacheHit;
    }

    /** Has the line written when the asynchronous answer is complete. To be called by the thread that starts it. */
    void defer(AsyncContext async) {
        deferred = true;
        async.addListener(this);
    }

    void endUnlessDeferred() {
        if (!deferred) {
            end();
        }
    }

    private void end() {
        if (LOG.isInfoEnabled()) {
            LOG.info("{}", new RequestLine(method, path, response.getStatus(), cacheHit, ticker.getAsLong() - begun));
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        end();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // None is set.
    }

    @Override
    public void onError(AsyncEvent event) {
        // Completion follows.
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nobody starts it twice.
    }
}
