// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What the room logs on the thread that opened this, so that tests beside this one are not heard. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final Logger ROOM = (Logger) LoggerFactory.getLogger(LogLines.class.getPackageName());

    static {
        ROOM.setLevel(Level.DEBUG);
        ROOM.setAdditive(false);
    }

    private final Thread owner = Thread.currentThread();
    private final List<ILoggingEvent> events = new ArrayList<>();

    static LogLines listen() {
        LogLines lines = new LogLines();
        lines.setContext(ROOM.getLoggerContext());
        lines.start();
        ROOM.addAppender(lines);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (Thread.currentThread() == owner) {
            events.add(event);
        }
    }

    List<ILoggingEvent> events() {
        return events;
    }

    /** The lines of INFO and above, as {@code LEVEL message}. */
    List<String> lines() {
        return events.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Override
    public void close() {
        ROOM.detachAppender(this);
        stop();
    }
}
