// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.LogLines;
import io.github.kubeoidc.gateway.upstream.LastGoodFile.UnusableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** CONTRACT 3.9: files are read anew each time, and one that is of no use now does not take the last good one away. */
class LastGoodFileTest {
    private static final String KEPT = ": the last good one stays in use";
    private static final String NEVER = ": documents cannot be fetched until it is there";

    @TempDir
    Path directory;

    private Path path;
    private LogLines log;
    private LastGoodFile<StringBuilder> file;

    @BeforeEach
    void open() {
        path = directory.resolve("file");
        log = LogLines.of(directory);
        file = new LastGoodFile<>(
                "SA_SOME_PATH",
                path,
                8,
                bytes -> {
                    String text = new String(bytes, StandardCharsets.US_ASCII);
                    if (text.startsWith("bad")) {
                        throw new UnusableException("is bad");
                    }
                    return new StringBuilder(text);
                },
                Runnable::run,
                LastGoodFile.READ_WAIT);
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void theFileIsReadAnewEachTime() throws Exception {
        Files.writeString(path, "one");
        assertThat(file.read()).hasToString("one");
        Files.writeString(path, "two");
        assertThat(file.read()).hasToString("two");
        assertThat(log.lines()).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void noReadLeavesTheFileOpen() throws Exception {
        Files.writeString(path, "one");
        for (int i = 0; i < 10; i++) {
            file.read();
        }
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.map(LastGoodFileTest::target)).doesNotContain(path.toRealPath());
        }
    }

    /** What a descriptor leads to: that of the list itself has been closed, or is none of the file's. */
    private static Path target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor);
        } catch (IOException e) {
            return descriptor;
        }
    }

    @Test
    void theSameBytesMeanTheSameObjectAndOthersAnother() throws Exception {
        Files.writeString(path, "one");
        StringBuilder first = file.read();
        Files.writeString(path, "one");
        assertThat(file.read()).isSameAs(first);
        Files.writeString(path, "two");
        StringBuilder second = file.read();
        Files.writeString(path, "one");
        assertThat(file.read()).isNotSameAs(first).isNotSameAs(second).hasToString("one");
    }

    // "kubelet replaces them by a symlink swap"
    @Test
    void aSwappedSymlinkIsFollowed() throws Exception {
        Path first =
                Files.writeString(Files.createDirectory(directory.resolve("1")).resolve("file"), "one");
        Path second =
                Files.writeString(Files.createDirectory(directory.resolve("2")).resolve("file"), "two");
        Files.createSymbolicLink(directory.resolve("data"), first.getParent());
        Files.createSymbolicLink(path, directory.resolve("data").resolve("file"));
        assertThat(file.read()).hasToString("one");
        Files.createSymbolicLink(directory.resolve("tmp"), second.getParent());
        Files.move(directory.resolve("tmp"), directory.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
        assertThat(file.read()).hasToString("two");
    }

    @Test
    void aMissingFileIsNothingUntilItIsThere() throws Exception {
        assertThat(file.read()).isNull();
        assertThat(file.read()).isNull();
        assertThat(log.lines()).containsExactly("WARN SA_SOME_PATH " + path + " does not exist" + NEVER);
        Files.writeString(path, "one");
        assertThat(file.read()).hasToString("one");
    }

    @Test
    void aMissingFileKeepsTheLastGoodOne() throws Exception {
        Files.writeString(path, "one");
        StringBuilder good = file.read();
        Files.delete(path);
        assertThat(file.read()).isSameAs(good);
        assertThat(file.read()).isSameAs(good);
        assertThat(log.lines()).containsExactly("WARN SA_SOME_PATH " + path + " does not exist" + KEPT);
    }

    @Test
    void aMalformedFileKeepsTheLastGoodOneAndIsNamedOnce() throws Exception {
        Files.writeString(path, "one");
        StringBuilder good = file.read();
        Files.writeString(path, "bad 1");
        assertThat(file.read()).isSameAs(good);
        assertThat(file.read()).isSameAs(good);
        Files.writeString(path, "bad 2");
        assertThat(file.read()).isSameAs(good);
        assertThat(log.lines()).containsExactly("WARN SA_SOME_PATH " + path + " is bad" + KEPT);
        Files.writeString(path, "one");
        assertThat(file.read()).isSameAs(good);
    }

    @Test
    void aFileMalformedFromTheStartIsNothing() throws Exception {
        Files.writeString(path, "bad");
        assertThat(file.read()).isNull();
        assertThat(file.read()).isNull();
        assertThat(log.lines()).containsExactly("WARN SA_SOME_PATH " + path + " is bad" + NEVER);
    }

    @Test
    void whatCannotBeReadKeepsTheLastGoodOne() throws Exception {
        Files.writeString(path, "one");
        StringBuilder good = file.read();
        Files.delete(path);
        Files.createDirectory(path);
        assertThat(file.read()).isSameAs(good);
        assertThat(log.lines())
                .containsExactly("WARN SA_SOME_PATH " + path
                        + " cannot be read: it is no regular file, and opening it may block" + KEPT);
    }

    @Test
    void aFileUpToTheLimitIsReadAndALargerOneIsNot() throws Exception {
        Files.writeString(path, "8 bytes.");
        assertThat(file.read()).hasToString("8 bytes.");
        Files.writeString(path, "9 bytes..");
        assertThat(file.read()).hasToString("8 bytes.");
        assertThat(log.lines()).containsExactly("WARN SA_SOME_PATH " + path + " is larger than 8 bytes" + KEPT);
    }

    @Test
    void anEmptyFileIsForTheParserToJudge() throws Exception {
        Files.writeString(path, "");
        assertThat(file.read()).isNotNull().isEmpty();
    }

    // Once for each time that something goes wrong: neither a line for every fetch, nor silence the next time.
    @Test
    void anotherProblemAndTheSameOneAfterRecoveryAreLoggedAgain() throws Exception {
        Files.writeString(path, "bad");
        file.read();
        Files.delete(path);
        file.read();
        Files.writeString(path, "one");
        file.read();
        Files.delete(path);
        file.read();
        file.read();
        Files.writeString(path, "one");
        file.read();
        Files.delete(path);
        file.read();
        assertThat(log.lines())
                .containsExactly(
                        "WARN SA_SOME_PATH " + path + " is bad" + NEVER,
                        "WARN SA_SOME_PATH " + path + " does not exist" + NEVER,
                        "WARN SA_SOME_PATH " + path + " does not exist" + KEPT,
                        "WARN SA_SOME_PATH " + path + " does not exist" + KEPT);
    }

    @Test
    void itsNameIsVariableAndPath() {
        assertThat(file).hasToString("SA_SOME_PATH " + path);
    }
}
