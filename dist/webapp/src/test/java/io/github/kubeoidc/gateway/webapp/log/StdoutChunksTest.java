// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.github.kubeoidc.gateway.api.LogFormat;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** CONTRACT 6.1 and 6.5: a line a request costs no write a request, and what is written at once takes up little memory. */
class StdoutChunksTest {
    private static final int LINES = 2000;
    private static final String TEXT = "x".repeat(100);

    private final List<Integer> sizes = new CopyOnWriteArrayList<>();

    private final StdoutAppender appender = new StdoutAppender(
            new OutputStream() {
                @Override
                public void write(int b) {
                    sizes.add(1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) {
                    sizes.add(length);
                }
            },
            1 << 24);

    @Test
    void queuedLinesAreWritten32KiBAtATime() {
        appender.setContext(new LoggerContext());
        appender.start();
        // Queued, as it has not begun to write.
        for (int i = 0; i < LINES; i++) {
            appender.doAppend(Events.info(TEXT));
        }
        appender.begin(LogFormat.TEXT, false);
        appender.stop();
        int line = "2026-03-05T06:07:08.009Z INFO \n".length() + TEXT.length();
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(LINES * line);
        assertThat(sizes.subList(0, sizes.size() - 1)).allMatch(size -> size >= 32 * 1024 && size < 32 * 1024 + line);
    }
}
