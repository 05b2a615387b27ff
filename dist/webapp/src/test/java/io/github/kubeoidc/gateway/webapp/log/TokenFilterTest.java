// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;

/** CONTRACT 6.3: "never the token", however an operator configures Logback. */
class TokenFilterTest {
    private final LoggerContext context = new LoggerContext();
    private final Logger jetty = context.getLogger("org.eclipse.jetty.client.transport.HttpSender");

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void jettyIsHeardFromInfoOnAndOthersAreAtAnyLevel() {
        TokenFilter.addTo(context);
        configure();

        assertOnlyJettyIsFiltered();
    }

    /** As after each change of a file with {@code scan="true"}. */
    @Test
    void aResetChangesNothing() {
        TokenFilter.addTo(context);
        for (int i = 0; i < 3; i++) {
            context.reset();
            configure();

            assertOnlyJettyIsFiltered();
            assertThat(context.getTurboFilterList().stream().filter(TokenFilter.class::isInstance))
                    .hasSize(1);
        }
    }

    private void assertOnlyJettyIsFiltered() {
        assertThat(jetty.isTraceEnabled()).isFalse();
        assertThat(jetty.isDebugEnabled()).isFalse();
        assertThat(jetty.isInfoEnabled()).isTrue();
        assertThat(context.getLogger("io.github.kubeoidc.gateway").isTraceEnabled())
                .isTrue();
    }

    /** What an operator's file may say: a level for each logger, and a filter that accepts what the levels do not. */
    private void configure() {
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.TRACE);
        jetty.setLevel(Level.TRACE);
        context.addTurboFilter(new TurboFilter() {
            @Override
            public FilterReply decide(
                    Marker marker, Logger logger, Level level, String format, Object[] arguments, Throwable thrown) {
                return FilterReply.ACCEPT;
            }
        });
    }
}
