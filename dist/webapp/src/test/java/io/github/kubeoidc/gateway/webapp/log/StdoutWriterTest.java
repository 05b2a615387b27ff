// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.github.kubeoidc.gateway.api.LogFormat;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CONTRACT 6.5 and 12: what the thread that writes the log writes at once, and when it ends. */
@Timeout(60)
class StdoutWriterTest {
    private static final int LINES = 2000;
    private static final String TEXT = "x".repeat(100);

    private final List<Integer> sizes = new CopyOnWriteArrayList<>();
    private volatile @Nullable Thread writer;

    private final StdoutAppender appender = new StdoutAppender(
            new OutputStream() {
                @Override
                public void write(int b) {
                    sizes.add(1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) {
                    sizes.add(length);
                    writer = Thread.currentThread();
                }
            },
            1 << 24,
            // A busy machine may take longer for the thread's end than a gateway that stops waits.
            20_000);

    @BeforeEach
    void start() {
        appender.setContext(new LoggerContext());
        appender.start();
    }

    @Test
    void queuedLinesAreWritten32KiBAtATime() {
        // Queued, as it has not begun to write.
        for (int i = 0; i < LINES; i++) {
            appender.doAppend(Events.info(TEXT));
        }
        appender.begin(LogFormat.TEXT, "", false);
        int line = "2026-03-05T06:07:08.009Z INFO \n".length() + TEXT.length();
        while (sizes.stream().mapToInt(Integer::intValue).sum() < LINES * line) {
            Thread.onSpinWait();
        }
        appender.stop();
        assertThat(sizes.subList(0, sizes.size() - 1))
                .isNotEmpty()
                .allMatch(size -> size >= 32 * 1024 && size < 32 * 1024 + line);
    }

    /** An undeploy "leave[s] no thread … behind", of a log that had nothing to write for long either. */
    @Test
    void aStopEndsTheThreadOfAnIdleLog() {
        appender.begin(LogFormat.TEXT, "", false);
        appender.doAppend(Events.info(TEXT));
        // For a line to write, and without a time limit for the next one.
        while (writer == null || writer.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        appender.stop();
        assertThat(writer.isAlive()).isFalse();
    }
}
