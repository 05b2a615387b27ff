// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Log events of a logger context that nobody else uses. */
final class Events {
    static final Instant TIME = Instant.parse("2026-03-05T06:07:08.009Z");

    private static final LoggerContext CONTEXT = new LoggerContext();

    static {
        CONTEXT.setMDCAdapter(new LogbackMDCAdapter());
    }

    private Events() {}

    static LoggingEvent info(String message, Object... arguments) {
        return event(Level.INFO, message, null, arguments);
    }

    static LoggingEvent event(Level level, String message, @Nullable Throwable thrown, Object... arguments) {
        LoggingEvent event = new LoggingEvent(
                Events.class.getName(), CONTEXT.getLogger("io.github.kubeoidc.a.B"), level, message, thrown, arguments);
        event.setInstant(TIME);
        return event;
    }

    static String line(LineLayout layout, LoggingEvent event) {
        return line(layout, event, false);
    }

    static String line(LineLayout layout, LoggingEvent event, boolean stackTrace) {
        StringBuilder lines = new StringBuilder("before\n");
        layout.append(LogLine.of(event, stackTrace), lines);
        return lines.substring("before\n".length());
    }
}
