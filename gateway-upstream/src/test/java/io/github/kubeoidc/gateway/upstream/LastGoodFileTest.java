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

    /** What the file means with this content. */
    private StringBuilder with(String content) throws Exception {
        Files.writeString(path, content);
        return file.read();
    }

    private void assertWarned(String... problems) {
        assertThat(log.lines())
                .containsExactly(Stream.of(problems)
                        .map(problem -> "WARN SA_SOME_PATH " + path + " " + problem)
                        .toArray(String[]::new));
    }

    @Test
    void theFileIsReadAnewEachTime() throws Exception {
        assertThat(with("one")).hasToString("one");
        assertThat(with("two")).hasToString("two");
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
        StringBuilder first = with("one");
        assertThat(with("one")).isSameAs(first);
        StringBuilder second = with("two");
        assertThat(with("one")).isNotSameAs(first).isNotSameAs(second).hasToString("one");
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
        assertWarned("does not exist" + NEVER);
        assertThat(with("one")).hasToString("one");
    }

    @Test
    void aMissingFileKeepsTheLastGoodOne() throws Exception {
        StringBuilder good = with("one");
        Files.delete(path);
        assertThat(file.read()).isSameAs(good);
        assertThat(file.read()).isSameAs(good);
        assertWarned("does not exist" + KEPT);
    }

    @Test
    void aMalformedFileKeepsTheLastGoodOneAndIsNamedOnce() throws Exception {
        StringBuilder good = with("one");
        assertThat(with("bad 1")).isSameAs(good);
        assertThat(file.read()).isSameAs(good);
        assertThat(with("bad 2")).isSameAs(good);
        assertWarned("is bad" + KEPT);
        assertThat(with("one")).isSameAs(good);
    }

    @Test
    void aFileMalformedFromTheStartIsNothing() throws Exception {
        assertThat(with("bad")).isNull();
        assertThat(file.read()).isNull();
        assertWarned("is bad" + NEVER);
    }

    @Test
    void whatCannotBeReadKeepsTheLastGoodOne() throws Exception {
        StringBuilder good = with("one");
        Files.delete(path);
        Files.createDirectory(path);
        assertThat(file.read()).isSameAs(good);
        assertWarned("cannot be read: it is no regular file, and opening it may block" + KEPT);
    }

    @Test
    void aFileUpToTheLimitIsReadAndALargerOneIsNot() throws Exception {
        assertThat(with("8 bytes.")).hasToString("8 bytes.");
        assertThat(with("9 bytes..")).hasToString("8 bytes.");
        assertWarned("is larger than 8 bytes" + KEPT);
    }

    @Test
    void anEmptyFileIsForTheParserToJudge() throws Exception {
        assertThat(with("")).isNotNull().isEmpty();
    }

    // Once for each time that something goes wrong: neither a line for every fetch, nor silence the next time.
    @Test
    void anotherProblemAndTheSameOneAfterRecoveryAreLoggedAgain() throws Exception {
        with("bad");
        Files.delete(path);
        file.read();
        with("one");
        Files.delete(path);
        file.read();
        file.read();
        with("one");
        Files.delete(path);
        file.read();
        assertWarned("is bad" + NEVER, "does not exist" + NEVER, "does not exist" + KEPT, "does not exist" + KEPT);
    }

    @Test
    void itsNameIsVariableAndPath() {
        assertThat(file).hasToString("SA_SOME_PATH " + path);
    }
}
