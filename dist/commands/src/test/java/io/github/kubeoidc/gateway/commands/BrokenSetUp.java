// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * CONTRACT 11: {@code check} "tells an operator why federation does not work". A row is one thing that is wrong: its cause is
 * one line, with what to do. The rows are the subclasses'.
 */
abstract class BrokenSetUp {
    SetUp setUp;

    /** Breaks one thing. */
    @FunctionalInterface
    interface Break {
        void in(SetUp setUp) throws Exception;
    }

    /**
     * A row.
     *
     * @param line how the line begins that tells the cause, verdict included; two dots stand for anything
     */
    record Row(String name, String line, Break how) {
        /** Tells whether a line has these parts, the first at its begin, in their order. */
        boolean matches(String told) {
            String parts =
                    Stream.of(line.split("\\.\\.(?!\\.)")).map(Pattern::quote).collect(Collectors.joining(".*"));
            return Pattern.compile(parts).matcher(told).lookingAt();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeEach
    void build(@TempDir Path directory) throws Exception {
        setUp = new SetUp(directory);
    }

    @AfterEach
    void stop() throws IOException {
        setUp.close();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theCauseIsOneLine(Row row) throws Exception {
        row.how.in(setUp);
        int status = setUp.check();
        String out = setUp.upstream.out();
        assertThat(out.lines().filter(row::matches))
                .as("lines that tell it, in%n%s", out)
                .hasSize(1);
        assertThat(status).as(out).isEqualTo(row.line.startsWith("FAIL") ? Commands.FAILED : Commands.DONE);
        assertThat(out.lines().filter(line -> line.startsWith("FAIL")).limit(1))
                .as("what fails first is the cause, in%n%s", out)
                .allMatch(row::matches);
        assertThat(out + setUp.upstream.err()).doesNotContain("\tat ", "Exception", "secret-secret");
        for (Path token : List.of(setUp.upstream.token, setUp.workloadToken())) {
            if (Files.exists(token)) {
                assertThat(out).doesNotContain(Files.readString(token));
            }
        }
        if (setUp.upstream.slow.isEmpty() && setUp.gateway.slow.isEmpty()) {
            assertJsonSaysTheSame(out, status);
        }
    }

    /** The same verdicts of the same steps; what was seen may have a time in it. */
    private void assertJsonSaysTheSame(String out, int status) {
        setUp.arguments.add("--json");
        assertThat(setUp.check()).isEqualTo(status);
        JsonObject report = Facts.object(setUp.upstream.out().getBytes(StandardCharsets.UTF_8));
        assertThat(report.get("ok").getAsBoolean()).isEqualTo(status == 0);
        List<String> steps = new ArrayList<>();
        for (JsonElement element : report.getAsJsonArray("steps")) {
            JsonObject step = element.getAsJsonObject();
            steps.add("%-4s  %s: ".formatted(Facts.string(step, "verdict"), Facts.string(step, "step")));
        }
        List<String> lines = out.lines().toList();
        assertThat(steps).hasSameSizeAs(lines);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).startsWith(steps.get(i));
        }
    }
}
