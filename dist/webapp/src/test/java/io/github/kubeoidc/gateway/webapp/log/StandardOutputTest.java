// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import io.github.kubeoidc.gateway.api.LogFormat;
import io.github.kubeoidc.gateway.web.RequestLine;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CONTRACT 6.5: the log never fails or delays a request, and tells what it lost. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StandardOutputTest {
    private static final String DROPPED = " log lines dropped: standard output was blocked or full";

    private SlowOutput out = new SlowOutput(false);
    private StandardOutput appender = new StandardOutput(out, 8192);

    @AfterEach
    void stop() {
        out.unblock();
        appender.stop();
    }

    @Test
    void linesAreWrittenInTheirOrder() throws Exception {
        start(false, 8192);
        for (int i = 0; i < 2000; i++) {
            append("line " + i);
        }
        for (int i = 0; i < 2000; i++) {
            assertThat(out.next()).isEqualTo("INFO line " + i);
        }
        append("later");
        assertThat(out.next()).isEqualTo("INFO later");
        assertThat(out.isEmpty()).isTrue();
    }

    @Test
    void whatIsLoggedIsWhatTheArgumentsWereThen() throws Exception {
        start(true, 8);
        append("first");
        assertThat(out.awaitAttempt()).isTrue();
        StringBuilder argument = new StringBuilder("before");
        appender.doAppend(Events.info("it was {}", argument));
        argument.setLength(0);
        out.unblock();
        assertThat(out.next()).isEqualTo("INFO first");
        assertThat(out.next()).isEqualTo("INFO it was before");
    }

    @Test
    void aBlockedOutputBlocksNobodyAndTheLossIsLoggedOnceItCanBe() throws Exception {
        start(true, 10);
        append("first");
        assertThat(out.awaitAttempt()).isTrue();
        // The writer is stuck with the first line; ten are queued, and the rest is dropped at once.
        for (int i = 0; i < 25; i++) {
            append("line " + i);
        }

        out.unblock();
        assertThat(out.next()).isEqualTo("INFO first");
        for (int i = 0; i < 10; i++) {
            assertThat(out.next()).isEqualTo("INFO line " + i);
        }
        assertThat(out.next()).isEqualTo("WARN 15" + DROPPED);
        append("last");
        assertThat(out.next()).isEqualTo("INFO last");
        appender.stop();
        assertThat(out.isEmpty()).as("told once").isTrue();
    }

    @Test
    void aFailingOutputFailsNobodyAndTheLossIsLoggedOnceItCanBe() throws Exception {
        start(false, 100);
        out.setBroken(true);
        append("a");
        assertThat(out.awaitAttempt()).isTrue();
        append("b");
        assertThat(out.awaitAttempt()).isTrue();

        out.setBroken(false);
        append("c");
        assertThat(out.next()).isEqualTo("INFO c");
        assertThat(out.next()).isEqualTo("WARN 2" + DROPPED);
        append("d");
        assertThat(out.next()).isEqualTo("INFO d");
        appender.stop();
        assertThat(out.isEmpty()).as("told once").isTrue();
    }

    @Test
    void theLossIsAJsonLineToo() throws Exception {
        start(true, 1);
        appender.setFormat(LogFormat.JSON, false);
        append("first");
        assertThat(out.awaitAttempt()).isTrue();
        append("second");
        append("third");
        out.unblock();
        assertThat(out.next()).contains("first");
        assertThat(out.next()).contains("second");
        assertThat(out.next()).contains("\"level\":\"WARN\"").contains("\"message\":\"1" + DROPPED + "\"");
    }

    @Test
    void allThatIsQueuedIsWrittenAtAStop() throws Exception {
        start(true, 8192);
        append("first");
        assertThat(out.awaitAttempt()).isTrue();
        for (int i = 0; i < 3000; i++) {
            append("line " + i);
        }
        out.unblock();
        appender.stop();

        assertThat(out.next()).isEqualTo("INFO first");
        for (int i = 0; i < 3000; i++) {
            assertThat(out.isEmpty()).as("written when stop returns: line " + i).isFalse();
            assertThat(out.next()).isEqualTo("INFO line " + i);
        }
    }

    @Test
    void aStopWaitsASecondAtMostForABlockedOutput() throws Exception {
        start(true, 8192);
        append("first");
        assertThat(out.awaitAttempt()).isTrue();
        long begun = System.nanoTime();
        appender.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(5));
    }

    @Test
    void nothingIsTakenAfterAStop() throws Exception {
        start(false, 8192);
        appender.stop();
        append("late");
        assertThat(out.isEmpty()).isTrue();
        assertThat(appender.isStarted()).isFalse();
    }

    @Test
    void theFormatCanBeChanged() throws Exception {
        start(false, 8192);
        RequestLine request = new RequestLine("GET", "/a", 404, false, 0);
        appender.doAppend(Events.info("{}", request));
        assertThat(out.next()).isEqualTo("path=/a status=404 cache_hit=false duration=0.000ms");
        appender.setFormat(LogFormat.JSON, false);
        append("text");
        assertThat(out.next())
                .isEqualTo(
                        Events.line(new JsonLayout(false), Events.info("text")).strip());
        appender.setFormat(LogFormat.TEXT, false);
        append("text");
        assertThat(out.next()).isEqualTo("INFO text");
    }

    @Test
    void onlyALoneRequestLineIsARequest() {
        RequestLine request = new RequestLine("GET", "/a", 404, false, 0);
        assertThat(StandardOutput.requestLine(Events.info("{}", request))).isSameAs(request);
        assertThat(StandardOutput.requestLine(Events.info("{} {}", request, 1))).isNull();
        assertThat(StandardOutput.requestLine(Events.info("{}", "a"))).isNull();
        assertThat(StandardOutput.requestLine(Events.info("a"))).isNull();
    }

    private void start(boolean blocked, int queueLines) {
        out = new SlowOutput(blocked);
        appender = new StandardOutput(out, queueLines);
        appender.setContext(new LoggerContext());
        appender.start();
    }

    private void append(String message) {
        appender.doAppend(Events.info(message));
    }
}
