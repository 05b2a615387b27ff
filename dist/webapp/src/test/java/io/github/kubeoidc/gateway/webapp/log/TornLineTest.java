// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.github.kubeoidc.gateway.api.LogFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CONTRACT 6.5: "Standard output carries nothing but log lines", also where a disk that is full took a part of one. */
@Timeout(60)
class TornLineTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Test
    void theNextLineDoesNotContinueOneThatWasWrittenInPart() {
        StdoutAppender appender = new StdoutAppender(
                new OutputStream() {
                    private boolean hasRoom;

                    @Override
                    public void write(int b) {
                        throw new AssertionError("byte by byte");
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        written.write(bytes, offset, hasRoom ? length : length / 2);
                        if (!hasRoom) {
                            hasRoom = true;
                            throw new IOException("No space left on device");
                        }
                    }
                },
                1 << 20,
                // A busy machine may take longer for what is queued than a gateway that stops waits.
                20_000);
        appender.setContext(new LoggerContext());
        appender.start();
        appender.begin(LogFormat.JSON, "", false);
        appender.doAppend(Events.info("first"));
        while (appender.dropped() == 0) {
            Thread.onSpinWait();
        }
        appender.doAppend(Events.info("second"));
        appender.stop();

        List<String> lines = written.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1)).startsWith("{").endsWith("\"message\":\"second\"}");
    }
}
