// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Programs of this machine that tests run. */
public final class Programs {
    private Programs() {}

    /** What one ended with, and said on both outputs. */
    public record Result(int status, String text) {}

    /** Where the first of these is that is installed. Debian has servers where not everybody's path leads. */
    public static @Nullable Path find(String... names) {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":"))
                .flatMap(folder -> Stream.of(names).map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Where it is. Where it is not installed, the test says so and is skipped. */
    public static String path(String name) {
        Path path = find(name);
        // Programs that only look for it run without JUnit.
        return path == null ? Assumptions.abort("**** SKIPPED: " + name + " is not installed ****") : path.toString();
    }

    /** Skips what cannot run here, which is a failure with {@code -Dcluster=required}. */
    public static void skip(String what) {
        mention(what);
        Assumptions.abort(what);
    }

    /** Says that something does not run here, which is a failure with {@code -Dcluster=required}. */
    public static void mention(String what) {
        if ("required".equals(System.getProperty("cluster"))) {
            fail(what + "; -Dcluster=required makes that a failure");
        }
        System.err.println("**** SKIPPED: " + what + ". With -Dcluster=required this is a failure. ****");
    }

    /** Runs one to its end as an operator would, and returns what it prints; any status but 0 is a failure. */
    public static String run(Path directory, String... command) {
        Result result = run(new ProcessBuilder(command).directory(directory.toFile()), "");
        String output = result.text.strip();
        if (result.status != 0) {
            String last = output.lines().reduce("", (before, line) -> line);
            throw new AssertionError(List.of(command) + " ended with status " + result.status + ": " + last
                    + "\nAll that it printed:\n" + output);
        }
        return output;
    }

    /** Runs one to its end with this input. */
    public static Result run(ProcessBuilder builder, String input) {
        try {
            Process process = builder.redirectErrorStream(true).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running " + builder.command(), e);
        }
    }

    /** A port of loopback that is free now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
