// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.parties;

import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A process with relying parties of one language. It answers a line of text by a line of text, as the program in
 * {@code relying-parties} says.
 */
final class Parties implements AutoCloseable {

    static final String ACCEPTED = "accepted";

    /** What a library says that cannot find the keys of an issuer. */
    static final String KEY_URL_NEEDED = "needs a key URL";

    /** What a library says that takes its keys from an issuer only. */
    static final String DISCOVERY_NEEDED = "needs discovery";

    // The first question has a whole framework loaded, on a machine that may be busy.
    private static final Duration BOUND = Duration.ofMinutes(2);

    private static final Path FOLDER = Path.of("relying-parties");

    private final Process process;
    private final BufferedWriter questions;
    private final BufferedReader answers;
    private final Path errors;
    private final ExecutorService reading = Executors.newSingleThreadExecutor();

    private Parties(ProcessBuilder builder, Path errors) throws IOException {
        this.errors = errors;
        process = builder.redirectError(errors.toFile()).start();
        questions = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Those of Java, on the Java that runs this test. */
    static Parties java(Certificates certificates, Path folder) throws IOException {
        Path target = FOLDER.resolve("target");
        return new Parties(
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djavax.net.ssl.trustStore=" + certificates.trustStore("ca"),
                        "-Djavax.net.ssl.trustStorePassword=" + Certificates.PASSWORD,
                        "-cp",
                        target.resolve("classes") + ":" + target.resolve("lib") + "/*",
                        "io.github.kubeoidc.gateway.parties.RelyingPartiesMain"),
                folder.resolve("java-errors"));
    }

    /** Those of Node, which npm installs first; null where there is no Node. */
    static @Nullable Parties node(Certificates certificates, Path folder) throws IOException {
        if (Programs.find("node") == null || Programs.find("npm") == null) {
            return null;
        }
        Path program = Files.createDirectories(folder.resolve("node"));
        try (Stream<Path> files = Files.list(FOLDER.resolve(Path.of("src", "main", "node")))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, program.resolve(file.getFileName()));
            }
        }
        Path errors = folder.resolve("node-errors");
        run(program, errors, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
        // The gateway listens on the IPv4 address of localhost.
        ProcessBuilder builder = new ProcessBuilder("node", "--dns-result-order=ipv4first", "main.mjs");
        builder.directory(program.toFile());
        Path ca = Files.writeString(folder.resolve("ca.crt"), certificates.pem("ca"));
        builder.environment().put("NODE_EXTRA_CA_CERTS", ca.toString());
        return new Parties(builder, errors);
    }

    private static void run(Path directory, Path errors, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(errors.toFile())
                .start();
        try {
            if (!process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + ": " + Files.readString(errors));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** What each library consists of, by its name. */
    Map<String, String> libraries() {
        Map<String, String> libraries = new LinkedHashMap<>();
        for (String library : ask("libraries").split("\t")) {
            String[] parts = library.split("=", 2);
            libraries.put(parts[0], parts[1]);
        }
        return libraries;
    }

    /** What a library says of a token: {@link #ACCEPTED}, or why not. */
    String judge(String library, String issuer, String audience, String keys, Token token) {
        return ask(String.join("\t", List.of(library, issuer, audience, keys, token.text())));
    }

    private synchronized String ask(String question) {
        try {
            questions.write(question + "\n");
            questions.flush();
            String answer = reading.submit(answers::readLine).get(BOUND.toSeconds(), TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("the relying parties ended: " + Files.readString(errors));
            }
            return answer;
        } catch (IOException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no answer to " + question.split("\t")[0], e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        reading.shutdownNow();
    }
}
