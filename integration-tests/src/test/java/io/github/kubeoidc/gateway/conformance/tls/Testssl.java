// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.tls;

import com.google.gson.Gson;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The scanner testssl.sh, whose command has either of two names. */
final class Testssl {

    private static final List<String> NAMES = List.of("testssl", "testssl.sh");

    /** Many times what a part takes on two processors with much else to do. */
    private static final int BOUND_MINUTES = 10;

    private Testssl() {}

    /**
     * What the scanner says of one thing.
     *
     * @param id the name of the thing, which the scanner's releases seldom change
     * @param severity {@code OK}, {@code INFO}, {@code LOW} and worse, or {@code WARN} for what it could not find out
     * @param finding in words
     */
    record Finding(String id, String severity, String finding) {}

    /** Its command; null where it is not installed. */
    static @Nullable Path executable() {
        return Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /**
     * Looks at a server, and returns all that it has found.
     *
     * @param folder an empty one, for its files
     * @param caCert the CA that it trusts besides those that it comes with
     * @param checks its options for what to look at
     * @throws AssertionError if it does not come to an end
     */
    static List<Finding> findings(Path testssl, Path folder, URI server, Path caCert, List<String> checks)
            throws IOException, InterruptedException {
        Path report = folder.resolve("report.json");
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(testssl.toString()));
        command.addAll(checks);
        command.addAll(List.of("--quiet", "--color", "0", "--warnings", "off", "--nodns", "none"));
        command.addAll(List.of("--add-ca", caCert.toString(), "--jsonfile", report.toString(), server.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // A busy machine is no finding.
        builder.environment().put("HEADER_MAXSLEEP", "60");
        // Nor is a machine whose OpenSSL has no GOST.
        builder.environment().put("NO_ENGINE", "true");
        Process process = builder.start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(BOUND_MINUTES, TimeUnit.MINUTES)) {
                throw new AssertionError("testssl.sh still runs; it wrote " + Files.readString(output));
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        // Its status counts what it finds.
        if (!Files.exists(report)) {
            throw new AssertionError("testssl.sh left no report; it wrote " + Files.readString(output));
        }
        return List.of(new Gson().fromJson(Files.readString(report), Finding[].class));
    }
}
