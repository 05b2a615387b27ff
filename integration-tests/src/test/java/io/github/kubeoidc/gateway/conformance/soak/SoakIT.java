// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The soak in its short form; {@code integration-tests/soak} is the long one. */
class SoakIT {

    private static final Duration LENGTH = Duration.ofSeconds(60);
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    private static final Path DIRECTORY = MODULE.resolve("target/soak-short");
    private static final Pattern WARNING = Pattern.compile("`(WARN [^`]+)`");

    private static SoakReport report;

    @BeforeAll
    static void soak() throws Exception {
        report = new Soak(Path.of(Launcher.path()), DIRECTORY, LENGTH, System.currentTimeMillis()).run();
        report.publish(DIRECTORY, "soak");
    }

    @Test
    void losesNothingAndStaysAsSmallAsItIs() {
        assertThat(report.wrongs()).isEmpty();
    }

    @Test
    void everyWarningIsInTheTablesOfTroubleshooting() throws IOException {
        List<Pattern> explained = explained();
        List<String> warnings = Files.readAllLines(DIRECTORY.resolve("gateway.log")).stream()
                .filter(line -> line.contains(" WARN "))
                .toList();

        assertThat(warnings)
                .isNotEmpty()
                .allSatisfy(warning -> assertThat(explained)
                        .as("patterns of the table for: %s", warning)
                        .anySatisfy(pattern -> assertThat(warning).containsPattern(pattern)));
    }

    /** Their first column, in which an ellipsis stands for anything. */
    private static List<Pattern> explained() throws IOException {
        String page = Files.readString(MODULE.resolveSibling("docs").resolve("troubleshooting.md"));
        return WARNING.matcher(page)
                .results()
                .map(warning -> Arrays.stream(warning.group(1).split("…"))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")))
                .map(Pattern::compile)
                .toList();
    }
}
