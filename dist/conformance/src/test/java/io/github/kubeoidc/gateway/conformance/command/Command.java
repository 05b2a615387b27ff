// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The packaged command, as it stands in the build tree. */
final class Command {

    /** Its root. */
    static final Path ROOT = Path.of("").toAbsolutePath().resolve("../..").normalize();

    private static final Path LAUNCHER = ROOT.resolve("dist/conformance/target/conformance/bin/conformance");

    /** The gateway of this build. */
    static final Path GATEWAY = ROOT.resolve("dist/server/target/kube-oidc-gateway/bin/kube-oidc-gateway");

    private Command() {}

    /** What a run left. */
    record Run(int status, String out, String err) {}

    static Path launcher() {
        return LAUNCHER;
    }

    /** Runs it to its end, with a directory for what it writes. */
    static Run run(Path directory, String... arguments) throws IOException, InterruptedException {
        return run(LAUNCHER, directory, arguments);
    }

    static Run run(Path launcher, Path directory, String... arguments) throws IOException, InterruptedException {
        int status = start(launcher, directory, Map.of(), arguments).waitFor();
        return new Run(status, Files.readString(directory.resolve("out")), Files.readString(directory.resolve("err")));
    }

    /** Starts it, with variables beside those of this process; its output goes into the directory. */
    static Process start(Path launcher, Path directory, Map<String, String> variables, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(variables);
        return builder.redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
    }
}
