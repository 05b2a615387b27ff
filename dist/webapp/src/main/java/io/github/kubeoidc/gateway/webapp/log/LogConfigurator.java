// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.status.NopStatusListener;
import java.util.List;
import org.slf4j.Logger;

/**
 * Sets Logback up to write to standard output, once {@link StdoutAppender#begin} is called: a servlet container may ask for a
 * logger before the gateway starts, and if it never starts, no thread of the log may be left. An operator who sets the
 * system property {@code logback.configurationFile} configures Logback instead, but for {@link TokenFilter}.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    private static final String OPERATORS_FILE = "logback.configurationFile";
    private static final List<String> REFUSALS = List.of("org.eclipse.jetty.http", "org.eclipse.jetty.util.HostPort");

    /** For Logback, which finds this class as a service. */
    public LogConfigurator() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty(OPERATORS_FILE) != null) {
            TokenFilter.addTo(context);
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        StdoutAppender stdout = new StdoutAppender();
        stdout.setContext(context);
        stdout.setName(StdoutAppender.NAME);
        stdout.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(stdout);
        // They warn of each request that the parser refuses and quote it, so that any client could fill the log.
        REFUSALS.forEach(logger -> context.getLogger(logger).setLevel(Level.ERROR));
        // Without a listener Logback prepares to print its own status messages, even where there are none.
        context.getStatusManager().add(new NopStatusListener());
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
