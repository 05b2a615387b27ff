// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.kubeoidc.gateway.webapp.Refusals.Reason;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** CONTRACT 6.6: "one WARN a minute at most, with the number of each kind"; 6.5: at a stop "all that is queued is written"; 9: {@code clients_refused_total}. */
class RefusalsTest {
    private long now;

    @Test
    void theLogTellsOfThoseSinceTheLastTimeAndTheMetricsOfAll() {
        Refusals refusals = new Refusals(() -> now);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Refusals.class);
        logger.addAppender(lines);
        logger.setLevel(Level.INFO);
        lines.start();
        try {
            refusals.add(Reason.SLOW);
            refusals.add(Reason.NO_FILES);
            refusals.logAtMostOnceAMinute();
            refusals.add(Reason.SLOW);
            refusals.logAtMostOnceAMinute();
            now += TimeUnit.MINUTES.toNanos(1);
            refusals.logAtMostOnceAMinute();
            now += TimeUnit.MINUTES.toNanos(1);
            refusals.logAtMostOnceAMinute();
            refusals.logRest();
            refusals.add(Reason.MEMORY);
            refusals.logAtMostOnceAMinute();
            refusals.add(Reason.MEMORY);
            refusals.add(Reason.MEMORY);
            refusals.logRest();
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }

        assertThat(lines.list)
                .extracting(event -> event.getLevel() + " " + event.getFormattedMessage())
                .containsExactly(
                        "WARN clients closed or refused: too slow 1, too many open files 1",
                        "WARN clients closed or refused: too slow 1",
                        "WARN clients closed or refused: too much memory for requests in progress 1",
                        "INFO clients closed or refused: too much memory for requests in progress 2");
        assertThat(refusals.all())
                .isEqualTo(Map.of("slow", 2L, "surplus", 0L, "no_files", 1L, "memory", 3L, "head_too_large", 0L));
    }
}
