// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Keeps the token out of the log of an operator who configures Logback: below {@code INFO} Jetty's client writes each request
 * with its header, and each answer, in which a server may have put the token. Several of Jetty's packages do, and others write
 * the objects of these, so that nothing of Jetty's is written below {@code INFO}.
 */
final class TokenFilter extends TurboFilter implements LoggerContextListener {
    private static final String JETTY = "org.eclipse.jetty.";

    private TokenFilter() {}

    /** Filters from now on, before any filter that the context gets later, and after each reset too. */
    static void addTo(LoggerContext context) {
        TokenFilter filter = new TokenFilter();
        context.addTurboFilter(filter);
        context.addListener(filter);
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        return !level.isGreaterOrEqual(Level.INFO) && logger.getName().startsWith(JETTY)
                ? FilterReply.DENY
                : FilterReply.NEUTRAL;
    }

    /** The context has dropped all its filters: Logback reads a file that has changed. */
    @Override
    public void onReset(LoggerContext context) {
        context.addTurboFilter(this);
    }

    @Override
    public boolean isResetResistant() {
        return true;
    }

    @Override
    public void onStart(LoggerContext context) {}

    @Override
    public void onStop(LoggerContext context) {}

    @Override
    public void onLevelChange(Logger logger, Level level) {}
}
