// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.metrics;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A program of Debian's packages {@code prometheus} and {@code chromium}. */
enum Tool {
    PROMETHEUS,
    PROMTOOL,
    CHROMIUM;

    /** What it ended with, and said on both outputs. */
    record Result(int status, String text) {}

    /** Its path. Where it is not installed, the test says so and is skipped. */
    String path() {
        String path = find();
        // Programs that only look for it run without JUnit.
        if (path == null) {
            assumeTrue(false, "**** SKIPPED: " + command() + " is not installed ****");
            return "";
        }
        return path;
    }

    /** Its path, {@code null} where it is not installed. */
    @Nullable
    String find() {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, command()))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElse(null);
    }

    private String command() {
        return name().toLowerCase(Locale.ROOT);
    }

    Result run(Path folder, String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(path()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), text);
    }
}
