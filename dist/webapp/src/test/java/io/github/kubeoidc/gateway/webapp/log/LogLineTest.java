// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.github.kubeoidc.gateway.web.RequestLine;
import org.junit.jupiter.api.Test;

/** CONTRACT 6.5: a blocked log costs a bounded amount of memory, so each line says what it takes up, and not much more. */
class LogLineTest {
    /** What the objects of a line may be said to take up beside their characters. */
    private static final int OBJECTS = 400;

    @Test
    void twoBytesForEachCharacterOfMessageErrorAndStackTrace() {
        Exception failure = new IllegalStateException("b".repeat(2000));
        LogLine plain = LogLine.of(Events.info("a".repeat(1000)), true);
        LogLine failed = LogLine.of(Events.event(Level.WARN, "a".repeat(1000), failure), false);
        LogLine traced = LogLine.of(Events.event(Level.WARN, "a".repeat(1000), failure), true);
        assertThat(plain.bytes()).isBetween(2000, 2000 + OBJECTS);
        assertThat(failed.bytes()).isBetween(6000, 6000 + OBJECTS);
        int stackTrace = traced.stackTrace().length();
        assertThat(traced.bytes()).isBetween(6000 + 2 * stackTrace, 6000 + 2 * stackTrace + OBJECTS);
    }

    @Test
    void aByteForEachCharacterOfARequestWhichIsAscii() {
        RequestLine request = new RequestLine("M".repeat(150), "/" + "a".repeat(199), 404, false, 0, null);
        LogLine line = LogLine.of(Events.info("{}", request), false);
        assertThat(line.bytes()).isBetween(150 + 200 + 100, 150 + 200 + OBJECTS);
    }

    @Test
    void aStackTraceIsCutAt16KiB() {
        StackOverflowError deep = new StackOverflowError("a".repeat(100));
        StackTraceElement[] frames = new StackTraceElement[1000];
        java.util.Arrays.fill(frames, new StackTraceElement("a.B", "c".repeat(100), "B.java", 1));
        deep.setStackTrace(frames);
        assertThat(LogLine.of(Events.event(Level.WARN, "deep", deep), true).stackTrace())
                .hasSize(16 * 1024 + 1 + System.lineSeparator().length())
                .endsWith("…" + System.lineSeparator());
        deep.setStackTrace(new StackTraceElement[0]);
        assertThat(LogLine.of(Events.event(Level.WARN, "flat", deep), true).stackTrace())
                .doesNotContain("…");
    }
}
