// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** CONTRACT 6.5: standard output carries log lines and nothing else, from the first one on. */
class LogConfiguratorTest {
    @Test
    void logbackFindsIt() {
        assertThat(ServiceLoader.load(Configurator.class).stream().map(ServiceLoader.Provider::type))
                .contains(LogConfigurator.class);
    }

    @Test
    void stdoutIsTheOneAppenderAndLibrariesWarn() {
        LoggerContext context = new LoggerContext();
        try {
            assertThat(new LogConfigurator().configure(context))
                    .isEqualTo(Configurator.ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
            Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
            assertThat(root.getLevel()).isEqualTo(Level.WARN);
            assertThat(root.iteratorForAppenders()).toIterable().singleElement().isInstanceOf(StdoutAppender.class);
            assertThat(root.getAppender(StdoutAppender.NAME).isStarted()).isTrue();
            assertThat(root.getAppender(StdoutAppender.NAME).getContext()).isSameAs(context);
            // 6.5: what a client sends and the parser refuses fills no log.
            for (String refusing : List.of("org.eclipse.jetty.http", "org.eclipse.jetty.util.HostPort")) {
                assertThat(context.getLogger(refusing).getLevel()).isEqualTo(Level.ERROR);
            }
        } finally {
            context.stop();
        }
    }
}
