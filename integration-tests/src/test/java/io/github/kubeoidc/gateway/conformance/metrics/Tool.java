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
import java.util.stream.Stream;

/** A program of Debian's package {@code prometheus}. */
enum Tool {
    PROMETHEUS,
    PROMTOOL;

    /** What it ended with, and said on both outputs. */
    record Result(int status, String text) {}

    /** Its path. Where it is not installed, the test says so and is skipped. */
    String path() {
        String name = name().toLowerCase();
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElseGet(() -> {
                    assumeTrue(false, "**** SKIPPED: " + name + " is not installed ****");
                    return "";
                });
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
