// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.kubeoidc.gateway.api.LogFormat;
import io.github.kubeoidc.gateway.api.LogLevel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 5 ({@code LOG_LEVEL}) and 6.4: what is heard at which level. */
@ResourceLock("log")
class LogTest {
    @BeforeEach
    void begin() {
        LogSetup.begin();
    }

    @AfterEach
    void reset() {
        Log.configure(LogLevel.INFO, LogFormat.TEXT, "");
    }

    @ParameterizedTest
    @CsvSource({
        "ERROR, ERROR, ERROR, INFO",
        "WARN, WARN, WARN, INFO",
        "INFO, INFO, WARN, INFO",
        "DEBUG, DEBUG, INFO, DEBUG"
    })
    void librariesAreHeardLessAndTheLifeCycleAlways(LogLevel level, String ours, String libraries, String lifecycle) {
        Log.configure(level, LogFormat.TEXT, "");
        assertThat(logger("io.github.kubeoidc.gateway.web.RequestLog").getEffectiveLevel())
                .isEqualTo(Level.valueOf(ours));
        assertThat(logger("org.eclipse.jetty.server.Server").getEffectiveLevel())
                .isEqualTo(Level.valueOf(libraries));
        assertThat(logger("io.github.kubeoidc.gateway.lifecycle").getEffectiveLevel())
                .isEqualTo(Level.valueOf(lifecycle));
    }

    @Test
    void afterAStopNothingIsConfiguredAnyMore() {
        Log.stop();
        assertThat(LogSetup.isOpen()).isFalse();
        Log.configure(LogLevel.DEBUG, LogFormat.JSON, "");
        Log.lifecycle("nobody hears {}", "this");
        assertThat(LogSetup.isOpen()).isFalse();
    }

    private static Logger logger(String name) {
        return LogSetup.context().getLogger(name);
    }
}
