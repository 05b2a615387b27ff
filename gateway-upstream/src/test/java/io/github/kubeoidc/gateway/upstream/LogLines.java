// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged of the files of one directory, which no other test uses. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final Logger ROOM = (Logger) LoggerFactory.getLogger(LogLines.class.getPackageName());

    static {
        ROOM.setLevel(Level.DEBUG);
        ROOM.setAdditive(false);
    }

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final String mark;

    private LogLines(Object directory) {
        mark = directory.toString();
    }

    static LogLines of(Object directory) {
        LogLines lines = new LogLines(directory);
        lines.setContext(ROOM.getLoggerContext());
        lines.start();
        ROOM.addAppender(lines);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getFormattedMessage().contains(mark)) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage());
        }
    }

    /** Waits until there are so many lines. */
    List<String> awaited(int count) {
        Waiting.until(() -> lines.size() >= count);
        return lines;
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void close() {
        ROOM.detachAppender(this);
        stop();
    }
}
