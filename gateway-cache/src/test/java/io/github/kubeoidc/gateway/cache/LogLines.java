// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/** What the room logs for one test, so that tests beside it are not heard. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final Logger ROOM = (Logger) LoggerFactory.getLogger(LogLines.class.getPackageName());

    static {
        ROOM.setLevel(Level.DEBUG);
        ROOM.setAdditive(false);
    }

    private final Predicate<ILoggingEvent> filter;
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    private LogLines(Predicate<ILoggingEvent> filter) {
        this.filter = filter;
    }

    /** Hears the thread that opened it. */
    static LogLines listen() {
        Thread owner = Thread.currentThread();
        return listen(event -> Thread.currentThread() == owner);
    }

    /** Hears what is said of one directory, which no other test uses. */
    static LogLines of(Path directory) {
        return listen(event -> event.getFormattedMessage().contains(directory.toString()));
    }

    private static LogLines listen(Predicate<ILoggingEvent> filter) {
        LogLines lines = new LogLines(filter);
        lines.setContext(ROOM.getLoggerContext());
        lines.start();
        ROOM.addAppender(lines);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (filter.test(event)) {
            events.add(event);
        }
    }

    List<ILoggingEvent> events() {
        return events;
    }

    void clear() {
        events.clear();
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
