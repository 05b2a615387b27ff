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
class StdoutAppenderTest {
    private static final String DROPPED = " log lines dropped: standard output was blocked or full";

    private static final int MUCH = 1 << 24;

    /** At a stop: a busy machine may take longer for what is queued than a gateway that stops waits. */
    private static final long PATIENCE_MILLIS = 20_000;

    private SlowOutput out = new SlowOutput(false);
    private StdoutAppender appender = new StdoutAppender(out, MUCH, PATIENCE_MILLIS);

    @AfterEach
    void stop() {
        out.unblock();
        appender.stop();
    }

    @Test
    void linesAreWrittenInTheirOrder() throws Exception {
        start();
        for (int i = 0; i < 2000; i++) {
            append("line " + i);
        }
        for (int i = 0; i < 2000; i++) {
            assertWritten("INFO line " + i);
        }
        append("later");
        assertWritten("INFO later");
        assertThat(out.isEmpty()).isTrue();
    }

    @Test
    void whatIsLoggedIsWhatTheArgumentsWereThen() throws Exception {
        startBlocked(MUCH);
        StringBuilder argument = new StringBuilder("before");
        appender.doAppend(Events.info("it was {}", argument));
        argument.setLength(0);
        out.unblock();
        assertWritten("INFO first", "INFO it was before");
    }

    @Test
    void aBlockedOutputBlocksNobodyAndTheLossIsLoggedOnceItCanBe() throws Exception {
        startBlocked(10 * bytes("line 0"));
        // The writer is stuck with the first line; ten are queued, and the rest is dropped at once.
        for (int i = 0; i < 25; i++) {
            append("line " + i);
        }

        out.unblock();
        assertWritten("INFO first");
        for (int i = 0; i < 10; i++) {
            assertWritten("INFO line " + i);
        }
        assertWritten("WARN 15" + DROPPED);
        assertThat(appender.dropped()).isEqualTo(15);
        append("last");
        assertWritten("INFO last");
        appender.stop();
        assertThat(out.isEmpty()).as("told once").isTrue();
    }

    @Test
    void aFailingOutputFailsNobodyAndTheLossIsLoggedOnceItCanBe() throws Exception {
        start();
        out.setBroken(true);
        appendInVain("a");
        appendInVain("b");

        out.setBroken(false);
        append("c");
        assertWritten("INFO c", "WARN 2" + DROPPED);
        assertThat(appender.dropped())
                .as("each counted once, though their number could not be told at first")
                .isEqualTo(2);
        append("d");
        assertWritten("INFO d");
        appender.stop();
        assertThat(out.isEmpty()).as("told once").isTrue();
    }

    @Test
    void theLossIsAJsonLineToo() throws Exception {
        create(true, bytes("second"));
        appender.begin(LogFormat.JSON, "", false);
        appendInVain("first");
        append("second");
        append("third");
        out.unblock();
        assertThat(out.next()).contains("first");
        assertThat(out.next()).contains("second");
        assertThat(out.next()).contains("\"level\":\"WARN\"").contains("\"message\":\"1" + DROPPED + "\"");
    }

    @Test
    void allThatIsQueuedIsWrittenAtAStop() throws Exception {
        startBlocked(MUCH);
        for (int i = 0; i < 3000; i++) {
            append("line " + i);
        }
        out.unblock();
        appender.stop();

        assertWritten("INFO first");
        for (int i = 0; i < 3000; i++) {
            assertThat(out.isEmpty()).as("written when stop returns: line " + i).isFalse();
            assertWritten("INFO line " + i);
        }
    }

    @Test
    void aStopWaitsASecondAtMostForABlockedOutput() throws Exception {
        create(true, MUCH, StdoutAppender.STOP_MILLIS);
        appender.begin(LogFormat.TEXT, "", false);
        appendInVain("first");
        long begun = System.nanoTime();
        appender.stop();
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
    }

    @Test
    void nothingIsTakenAfterAStop() throws Exception {
        start();
        appender.stop();
        append("late");
        assertThat(out.isEmpty()).isTrue();
        assertThat(appender.isStarted()).isFalse();
    }

    @Test
    void theFormatCanBeChanged() throws Exception {
        start();
        RequestLine request = new RequestLine("GET", "/a", 404, false, 0, null);
        appender.doAppend(Events.info("{}", request));
        assertWritten("path=/a status=404 cache_hit=false duration=0.000ms");
        appender.begin(LogFormat.JSON, "", false);
        append("text");
        assertWritten(Events.line(new JsonLayout(""), Events.info("text")).strip());
        appender.begin(LogFormat.TEXT, "", false);
        append("text");
        assertWritten("INFO text");
    }

    @Test
    void onlyALoneRequestLineIsARequest() {
        RequestLine request = new RequestLine("GET", "/a", 404, false, 0, null);
        assertThat(LogLine.of(Events.info("{}", request), false).request()).isSameAs(request);
        assertThat(LogLine.of(Events.info("{} {}", request, 1), false).request())
                .isNull();
        assertThat(LogLine.of(Events.info("{}", "a"), false).request()).isNull();
        assertThat(LogLine.of(Events.info("a"), false).request()).isNull();
    }

    @Test
    void aTraceCountsTowardsWhatTheQueueHolds() {
        String traceparent = "00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01";
        RequestLine without = new RequestLine("GET", "/a", 404, false, 0, null);
        RequestLine with = new RequestLine("GET", "/a", 404, false, 0, traceparent);
        assertThat(LogLine.of(Events.info("{}", with), false).bytes())
                .isGreaterThan(LogLine.of(Events.info("{}", without), false).bytes() + traceparent.length());
    }

    // 6.2 and 6.5: for any lines of clients, and however little is written, the queue holds a mebibyte, and every line
    // that
    // does not fit is counted.
    @Test
    void aBlockedOutputHoldsABoundedNumberOfBytesWhateverIsLogged() throws Exception {
        int bound = 1 << 20;
        startBlocked(bound);
        String huge = "/" + "a".repeat(7900);
        String traceparent = "cc-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01-" + "c".repeat(7900);
        for (int i = 0; i < 20_000; i++) {
            appender.doAppend(Events.info("{}", new RequestLine(huge, huge, 404, false, 0, traceparent)));
        }
        for (int i = 0; i < 200; i++) {
            append("x".repeat(1 << 16));
        }
        out.unblock();
        assertWritten("INFO first");
        long characters = 0;
        int lines = 0;
        String next = out.next();
        while (!next.endsWith(DROPPED)) {
            assertThat(next.length()).isLessThan(700);
            characters += next.length();
            lines++;
            next = out.next();
        }
        assertThat(characters).isLessThan(bound);
        assertThat(next).isEqualTo("WARN " + (20_200 - lines) + DROPPED);
    }

    @Test
    void anyMessageIsCut() throws Exception {
        start();
        append("x".repeat(1 << 20));
        assertWritten("INFO " + "x".repeat(4096) + "…");
        appender.doAppend(Events.event(
                ch.qos.logback.classic.Level.ERROR, "failed", new IllegalStateException("y".repeat(1 << 20))));
        assertWritten("ERROR failed: java.lang.IllegalStateException: " + "y".repeat(4096) + "…");
    }

    // "never fails": an Error of the output, as that of a heap that is full for a moment, ends nothing
    @Test
    void theWriterSurvivesAnError() throws Exception {
        start();
        out.setError(new OutOfMemoryError("for a test"));
        appendInVain("a");
        appendInVain("b");
        out.setError(null);
        append("c");
        assertWritten("INFO c", "WARN 2" + DROPPED);
    }

    /** CONTRACT 12: a deployment that failed leaves no thread: there is none before the gateway begins to log. */
    @Test
    void untilItBeginsLinesAreQueuedWithoutAThread() throws Exception {
        create(false, MUCH);
        append("early");
        assertThat(out.isEmpty()).isTrue();
        appender.begin(LogFormat.TEXT, "", false);
        assertWritten("INFO early");
    }

    @Test
    void whatNeverBegunStopsAtOnceAndBeginsNoMore() throws Exception {
        StdoutAppender never = new StdoutAppender(out, MUCH, PATIENCE_MILLIS);
        never.setContext(new LoggerContext());
        never.start();
        never.doAppend(Events.info("lost"));
        never.stop();
        never.begin(LogFormat.TEXT, "", false);
        assertThat(out.isEmpty()).isTrue();
    }

    private void start() {
        create(false, MUCH);
        appender.begin(LogFormat.TEXT, "", false);
    }

    /** With a line "first" that is being written, and no end of that. */
    private void startBlocked(int queueBytes) throws InterruptedException {
        create(true, queueBytes);
        appender.begin(LogFormat.TEXT, "", false);
        appendInVain("first");
    }

    private void create(boolean blocked, int queueBytes) {
        create(blocked, queueBytes, PATIENCE_MILLIS);
    }

    private void create(boolean blocked, int queueBytes, long stopMillis) {
        out = new SlowOutput(blocked);
        appender = new StdoutAppender(out, queueBytes, stopMillis);
        appender.setContext(new LoggerContext());
        appender.start();
    }

    private void assertWritten(String... lines) throws InterruptedException {
        for (String line : lines) {
            assertThat(out.next()).isEqualTo(line);
        }
    }

    private void appendInVain(String message) throws InterruptedException {
        append(message);
        assertThat(out.awaitAttempt()).isTrue();
    }

    private static int bytes(String message) {
        return LogLine.of(Events.info(message), false).bytes();
    }

    private void append(String message) {
        appender.doAppend(Events.info(message));
    }
}
