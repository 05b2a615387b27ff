// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.Route;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.function.LongSupplier;

/** Logs one {@link RequestLine} at {@code INFO} for each request, once it is answered, and has it counted. To be mapped to {@code /*}. */
public final class RequestLogFilter extends HttpFilter {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient LongSupplier ticker;
    private final transient Events events;

    /**
     * Creates the filter.
     *
     * @param ticker a monotonic clock in nanoseconds
     * @param events is told of each request
     */
    public RequestLogFilter(LongSupplier ticker, Events events) {
        this.ticker = ticker;
        this.events = events;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        RequestLog log = new RequestLog(request, response, ticker, events);
        boolean returned = false;
        try {
            chain.doFilter(log, response);
            returned = true;
        } finally {
            if (!returned) {
                log.fail();
            }
            log.endUnlessDeferred();
        }
    }

    /**
     * Logs and counts a request that a server answered in place of the application, so that this filter did not see it.
     *
     * @param line its line
     */
    public void requestEnded(RequestLine line) {
        events.requestEnded(Route.OTHER, line.method(), line.status(), CacheStatus.NONE, line.durationNanos());
        line.log();
    }
}
