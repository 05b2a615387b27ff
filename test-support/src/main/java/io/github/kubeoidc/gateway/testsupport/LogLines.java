// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.testsupport;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/** What is logged for one test, so that tests beside it are not heard. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final Logger GATEWAY = (Logger) LoggerFactory.getLogger("io.github.kubeoidc.gateway");

    static {
        GATEWAY.setLevel(Level.DEBUG);
        GATEWAY.setAdditive(false);
    }

    private final Predicate<ILoggingEvent> filter;
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    private LogLines(Predicate<ILoggingEvent> filter) {
        this.filter = filter;
    }

    /** Hears the thread that opened it. */
    public static LogLines listen() {
        Thread owner = Thread.currentThread();
        return listen(event -> Thread.currentThread() == owner);
    }

    /** Hears the lines that contain a text: a directory, for instance, which no other test uses. */
    public static LogLines of(Object mark) {
        return listen(event -> event.getFormattedMessage().contains(mark.toString()));
    }

    private static LogLines listen(Predicate<ILoggingEvent> filter) {
        LogLines lines = new LogLines(filter);
        lines.setContext(GATEWAY.getLoggerContext());
        lines.start();
        GATEWAY.addAppender(lines);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (filter.test(event)) {
            events.add(event);
        }
    }

    /** All that was heard so far, of every level. */
    public List<ILoggingEvent> events() {
        return events;
    }

    /** Forgets what was heard. */
    public void clear() {
        events.clear();
    }

    /** The lines of INFO and above, as {@code LEVEL message}. */
    public List<String> lines() {
        return events.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    /** Waits until there are so many lines of INFO and above. */
    public List<String> awaited(int count) {
        Waiting.until(() -> lines().size() >= count);
        return lines();
    }

    @Override
    public void close() {
        GATEWAY.detachAppender(this);
        stop();
    }
}
