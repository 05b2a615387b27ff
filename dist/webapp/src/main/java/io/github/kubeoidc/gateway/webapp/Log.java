// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import io.github.kubeoidc.gateway.api.LogFormat;
import io.github.kubeoidc.gateway.api.LogLevel;
import io.github.kubeoidc.gateway.webapp.log.StdoutAppender;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log as a whole: its level and format, and its end. */
public final class Log {
    private static final String OURS = "io.github.kubeoidc";
    private static final Logger LIFECYCLE = LoggerFactory.getLogger(OURS + ".gateway.lifecycle");

    private Log() {}

    /**
     * Sets level and format, and begins to write. Does nothing where an operator has configured Logback.
     *
     * @param level counts for the gateway; libraries are heard from {@code WARN} on, with {@code DEBUG} from {@code INFO} on,
     *     and with {@code ERROR} from {@code ERROR} on
     * @param format how lines are written
     * @param contextPath which application of a servlet container it is, for lines that are not of a request; or empty
     */
    public static void configure(LogLevel level, LogFormat format, String contextPath) {
        StdoutAppender stdout = stdout();
        if (stdout == null) {
            return;
        }
        boolean debug = level == LogLevel.DEBUG;
        context().getLogger(OURS).setLevel(Level.valueOf(level.name()));
        context()
                .getLogger(Logger.ROOT_LOGGER_NAME)
                .setLevel(
                        switch (level) {
                            case DEBUG -> Level.INFO;
                            case INFO, WARN -> Level.WARN;
                            case ERROR -> Level.ERROR;
                        });
        // Tools wait for these lines, and with LISTEN_PORT=0 they alone tell the port.
        context().getLogger(LIFECYCLE.getName()).setLevel(debug ? Level.DEBUG : Level.INFO);
        stdout.begin(format, contextPath, debug);
    }

    /**
     * Logs a step in the gateway's life, whatever the level.
     *
     * @param message the sentence, with {@code {}} for each argument
     * @param arguments what goes into it
     */
    public static void lifecycle(String message, Object... arguments) {
        LIFECYCLE.info(message, arguments);
    }

    /**
     * Counts the lines that were dropped since the start, as standard output was blocked or full.
     *
     * @return their number; 0 where an operator has configured Logback
     */
    public static long droppedLines() {
        StdoutAppender stdout = stdout();
        return stdout == null ? 0 : stdout.dropped();
    }

    /** Writes what is queued, for at most a second, and ends the log's thread. Does not throw. */
    public static void stop() {
        context().stop();
    }

    private static @Nullable StdoutAppender stdout() {
        return (StdoutAppender) context().getLogger(Logger.ROOT_LOGGER_NAME).getAppender(StdoutAppender.NAME);
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
