// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.LogLines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CONTRACT 3.9: "A file that blocks whoever opens it (a FIFO, a hung mount) holds up one reader and no more". */
class HungFileTest {
    @TempDir
    private Path directory;

    private Path path;

    @BeforeEach
    void write() throws Exception {
        path = Files.writeString(directory.resolve("file"), "a");
    }

    private LastGoodFile<String> file(LastGoodFile.Parser<String> parser, Executor executor) {
        return new LastGoodFile<>("SA_TOKEN_PATH", path, 10, parser, executor, LastGoodFile.READ_WAIT);
    }

    @Test
    void aReadThatDoesNotEndIsNotWaitedForAndTold() throws Exception {
        LastGoodFile<String> hung = file(bytes -> "read", task -> {});
        assertThat(hung.read()).isNull();
        assertThat(hung).hasToString("SA_TOKEN_PATH " + path + " takes more than 500 ms to read");
    }

    /** CONTRACT 3.9: "where there never was a good one the fetch fails, and works once the file appears". */
    @Test
    void aReadThatEndsAfterItsCallersHaveGoneCountsForThoseThatComeLater() throws Exception {
        Deque<Runnable> begun = new ArrayDeque<>();
        LastGoodFile<String> slow = slow(begun);
        try (LogLines log = LogLines.of(directory)) {
            assertThat(slow.read()).isNull();
            begun.remove().run();
            assertThat(slow.lastGood()).isEqualTo("a");
            Files.writeString(path, "b");
            assertThat(slow.read()).isEqualTo("a");
            begun.remove().run();
            assertThat(slow.read()).isEqualTo("b");
            assertThat(slow.read()).isEqualTo("b");
            assertThat(begun).hasSize(1);
            assertThat(log.lines())
                    .containsExactly("WARN SA_TOKEN_PATH " + path
                            + " takes more than 500 ms to read: documents cannot be fetched until it is there");
        }
    }

    @Test
    void aFaultThatASlowReadFindsIsToldOnceToo() throws Exception {
        Deque<Runnable> begun = new ArrayDeque<>();
        LastGoodFile<String> slow = slow(begun);
        Files.delete(path);
        try (LogLines log = LogLines.of(directory)) {
            for (int i = 0; i < 3; i++) {
                assertThat(slow.read()).isNull();
                begun.remove().run();
            }
            assertThat(slow).hasToString("SA_TOKEN_PATH " + path + " does not exist");
            String never = ": documents cannot be fetched until it is there";
            assertThat(log.lines())
                    .containsExactly(
                            "WARN SA_TOKEN_PATH " + path + " takes more than 500 ms to read" + never,
                            "WARN SA_TOKEN_PATH " + path + " does not exist" + never);
        }
    }

    /** A file whose reads end when the test runs them, which is after the patience. */
    private LastGoodFile<String> slow(Deque<Runnable> begun) {
        return file(bytes -> new String(bytes, StandardCharsets.US_ASCII), begun::add);
    }

    /** A hundred certificates take seconds where the processor is slow: the file is there, and nothing blocks. */
    @Test
    void aFileWhoseUseTakesLongerThanThePatienceIsWaitedFor() throws Exception {
        Duration patience = Duration.ofSeconds(2);
        LastGoodFile.Parser<String> slow = bytes -> {
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < patience.plusMillis(100).toNanos()) {
                Thread.onSpinWait();
            }
            return "read";
        };
        LastGoodFile<String> file =
                new LastGoodFile<>("SA_CA_CERT_PATH", path, 10, slow, task -> new Thread(task).start(), patience);
        file.probe();
        assertThat(file.read()).isEqualTo("read");
    }

    @Test
    void aReadThatFailsInAWayThatNobodyForesawIsTold() throws Exception {
        LastGoodFile<String> failing = file(
                bytes -> {
                    throw new IllegalStateException("foreseen by nobody");
                },
                Runnable::run);
        assertThat(failing.read()).isNull();
        assertThat(failing).hasToString("SA_TOKEN_PATH " + path + " cannot be read (IllegalStateException)");
    }

    @Test
    void aReadForWhichTheSystemHasNoThreadIsToldAndDoneTheNextTime() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        LastGoodFile<String> file = file(bytes -> "read", task -> {
            if (full.get()) {
                throw new Error("unable to create native thread");
            }
            task.run();
        });
        file.probe();
        assertThat(file.read()).isNull();
        assertThat(file).hasToString("SA_TOKEN_PATH " + path + " cannot be read (Error)");
        full.set(false);
        assertThat(file.read()).isEqualTo("read");
    }

    @Test
    void aFileThatCannotBeOpenedIsTold() throws Exception {
        // With more in its name than a file system takes: the one error of opening that root meets too.
        path = directory.resolve("a".repeat(300));
        LastGoodFile<String> unreadable = file(bytes -> "read", Runnable::run);
        assertThat(unreadable.read()).isNull();
        assertThat(unreadable).hasToString("SA_TOKEN_PATH " + path + " cannot be read (FileSystemException)");
    }
}
