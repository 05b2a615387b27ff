// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.Appender;
import io.github.kubeoidc.gateway.webapp.log.LogConfigurator;
import io.github.kubeoidc.gateway.webapp.log.StdoutAppender;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The JVM's log as it is at a start, even where a test before has stopped it. */
final class LogSetup {
    private LogSetup() {}

    static void begin() {
        if (!isOpen()) {
            context().start();
            new LogConfigurator().configure(context());
        }
    }

    /** Ends the log and waits for its thread. */
    static void end() {
        Log.stop();
    }

    static boolean isOpen() {
        Appender<?> appender = context().getLogger(Logger.ROOT_LOGGER_NAME).getAppender(StdoutAppender.NAME);
        return appender != null && appender.isStarted();
    }

    static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
