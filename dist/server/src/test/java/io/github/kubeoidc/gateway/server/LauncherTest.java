// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The options that {@code bin/kube-oidc-gateway} gives to Java, and what becomes of the user's own. */
class LauncherTest {
    private static final String LAUNCHER =
            Path.of("src/main/bin/kube-oidc-gateway").toAbsolutePath().toString();
    private static final String COMPACT_HEADERS = "-XX:+UseCompactObjectHeaders";

    @TempDir
    private Path directory;

    @Test
    void anOptionThatJavaDoesNotKnowIsAnError() throws Exception {
        Run run = run(Map.of("JAVA_HOME", System.getProperty("java.home"), "JAVA_OPTS", "-XX:+NoSuchOption"));

        assertThat(run.status).isEqualTo(1);
        assertThat(run.err).contains("NoSuchOption");
        assertThat(run.out).isEmpty();
    }

    @Test
    void javaKnowsTheLaunchersOwnOptions() throws Exception {
        Run run = run(Map.of("JAVA_HOME", System.getProperty("java.home"), "JAVA_OPTS", "-version"));

        assertThat(run.status).as(run.err).isZero();
    }

    /** Java 25 is the first that takes the option without another one that unlocks it (JEP 519). */
    @ParameterizedTest
    @CsvSource({"17.0.15, false", "21, false", "24.0.2, false", "25, true", "25.0.3, true", "26-ea, true", "100, true"})
    void headersAreCompactWhereJavaKnowsThem(String version, boolean compact) throws Exception {
        Run run = run(Map.of(
                "JAVA_HOME", fakeJava("JAVA_VERSION=\"" + version + "\"\n").toString()));

        assertThat(run.out.lines().anyMatch(COMPACT_HEADERS::equals)).isEqualTo(compact);
    }

    @ParameterizedTest
    @CsvSource({"''", "IMPLEMENTOR=\"somebody\"", "JAVA_VERSION=\"\"", "JAVA_VERSION=\"new\""})
    void headersAreNotCompactWhereTheVersionIsUnknown(String release) throws Exception {
        Run run = run(Map.of("JAVA_HOME", fakeJava(release).toString()));

        assertThat(run.status).as(run.err).isZero();
        assertThat(run.out).doesNotContain(COMPACT_HEADERS);
    }

    @Test
    void theVersionOfAJavaOnThePathIsFoundBehindItsLinks() throws Exception {
        Path home = fakeJava("JAVA_VERSION=\"25.0.3\"\n");
        Path alternatives = Files.createDirectory(directory.resolve("alternatives"));
        Path path = Files.createDirectory(directory.resolve("path"));
        Files.createSymbolicLink(alternatives.resolve("java"), home.resolve("bin/java"));
        Files.createSymbolicLink(path.resolve("java"), Path.of("../alternatives/java"));

        Run run = run(Map.of("PATH", path + ":" + System.getenv("PATH")));

        assertThat(run.out).contains(COMPACT_HEADERS);
    }

    @Test
    void theUsersOptionsComeAfterTheLaunchersSoThatTheyWin() throws Exception {
        Run run = run(Map.of("JAVA_HOME", fakeJava("").toString(), "JAVA_OPTS", "-Xss1m -Da=b"));

        assertThat(run.out).containsSubsequence("-Xss256k\n", "-Xss1m\n-Da=b\n--module-path\n");
    }

    /** CONTRACT 6.5 (standard output carries log lines alone), 1.7, and what Java would do for a client at its own cost. */
    @Test
    void theServerHasTheseOptions() throws Exception {
        Path home = fakeJava("");
        Files.writeString(home.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\" \"arenas: $MALLOC_ARENA_MAX\"\n");

        Run run = run(Map.of("JAVA_HOME", home.toString()));

        assertThat(run.out)
                .containsSubsequence(
                        "-XX:+UseSerialGC\n-Xms32m\n-Xmn16m\n-Xmx160m\n-XX:ReservedCodeCacheSize=48m\n-Xss256k\n",
                        "-XX:+ExitOnOutOfMemoryError\n-XX:+DisplayVMOutputToStderr\n",
                        "-Xlog:disable\n-Xlog:all=warning:stderr\n",
                        "-Djdk.tls.server.disableExtensions=server_name,status_request,status_request_v2\n",
                        "--module\nio.github.kubeoidc.gateway.server/io.github.kubeoidc.gateway.server.Main\n",
                        "arenas: 1\n");
    }

    /** Standard output is a command's result alone. */
    @ParameterizedTest
    @ValueSource(strings = {"check", "export"})
    void aCommandHasTheseOptions(String command) throws Exception {
        Run run = run(Map.of("JAVA_HOME", fakeJava("").toString()), command);

        assertThat(run.out)
                .containsSubsequence(
                        "-Xmx64m\n-Xss256k\n",
                        "-XX:+DisplayVMOutputToStderr\n-Xlog:disable\n-Xlog:all=warning:stderr\n",
                        "--module\nio.github.kubeoidc.gateway.commands/io.github.kubeoidc.gateway.commands.Commands\n"
                                + command + "\n");
    }

    /** The gateway warns of a JAVA_OPTS that it sees: see {@link JavaOptions}. */
    @ParameterizedTest
    @ValueSource(strings = {"", "check", "export"})
    void whatJavaHasOnItsCommandLineIsNoLongerInItsEnvironment(String command) throws Exception {
        Path home = fakeJava("");
        Files.writeString(
                home.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\" \"left: ${JAVA_OPTS-nothing}\"\n");

        Run run = run(Map.of("JAVA_HOME", home.toString(), "JAVA_OPTS", "-Da=b"), command);

        assertThat(run.out).contains("-Da=b\n").endsWith("left: nothing\n");
    }

    /**
     * A client's key share of finite fields would cost it nothing and the gateway many times a curve's time. The commands find
     * what the gateway finds (CONTRACT 11) only with the same ones.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "check", "export"})
    void tlsHasEllipticCurvesAloneAndTheUserMayChooseOthers(String command) throws Exception {
        String ours = "-Djdk.tls.namedGroups=x25519,secp256r1,secp384r1,secp521r1\n";
        String theirs = "-Djdk.tls.namedGroups=secp384r1";
        Run run = run(Map.of("JAVA_HOME", fakeJava("").toString(), "JAVA_OPTS", theirs), command);

        assertThat(run.out).containsSubsequence(ours, theirs);
    }

    /** Java refuses an initial heap that is larger than the heap, and a second collector. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-Xmx22m",
                "-Da=b -Xmx1g",
                "-Da=b\t-Xmx24m",
                "-Da=b\n-Xmx24m",
                "-XX:MaxHeapSize=24m",
                "-Xms256m",
                "-XX:InitialHeapSize=256m",
                "-XX:+UseG1GC",
                "-Da=b\t-XX:+UseParallelGC"
            })
    void aHeapAndACollectorOfTheUsersTakeThePlaceOfTheLaunchers(String options) throws Exception {
        for (String command : new String[] {"", "check"}) {
            Run run = run(
                    Map.of("JAVA_HOME", System.getProperty("java.home"), "JAVA_OPTS", options + " -version"), command);

            assertThat(run.status).as(run.err).isZero();
        }
    }

    /** Java ignores a part of the machine's memory beside a size. */
    @Test
    void soDoesAPartOfTheMachinesMemory() throws Exception {
        Run run = run(Map.of("JAVA_HOME", fakeJava("").toString(), "JAVA_OPTS", "-XX:MaxRAMPercentage=50"));

        assertThat(run.out).contains("-XX:+UseSerialGC\n").doesNotContain("-Xmx");
    }

    @Test
    void whatOnlySoundsLikeACollectorIsNone() throws Exception {
        Run run = run(Map.of("JAVA_HOME", fakeJava("").toString(), "JAVA_OPTS", "-XX:+UseGCOverheadLimit"));

        assertThat(run.out).contains("-XX:+UseSerialGC\n", "-Xmx160m\n");
    }

    /** POSIX: a cd that CDPATH has led prints where to, and may lead to a folder of the same name elsewhere. */
    @ParameterizedTest
    @ValueSource(strings = {".", "elsewhere", ".:elsewhere"})
    void itFindsItsFolderWhateverTheUsersCdpathIs(String searched) throws Exception {
        Files.createDirectories(directory.resolve("elsewhere/app/bin"));
        Path bin = Files.createDirectories(directory.resolve("app/bin"));
        Files.copy(Path.of(LAUNCHER), bin.resolve("kube-oidc-gateway"));
        Map<String, String> environment = Map.of("JAVA_HOME", fakeJava("").toString(), "CDPATH", searched);

        Run run = runIn(directory, "app/bin/kube-oidc-gateway", environment);

        assertThat(run.out).contains("--module-path\n" + directory.toRealPath().resolve("app/lib") + "\n");
    }

    /** A Java that prints its arguments, one a line. */
    private Path fakeJava(String release) throws IOException {
        Path home = Files.createDirectory(directory.resolve("java"));
        Files.createDirectory(home.resolve("bin"));
        Files.writeString(home.resolve("release"), release);
        Files.createFile(
                home.resolve("bin/java"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(home.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
        return home;
    }

    private Run run(Map<String, String> environment, String... arguments) throws Exception {
        return runIn(Path.of("").toAbsolutePath(), LAUNCHER, environment, arguments);
    }

    private Run runIn(Path where, String launcher, Map<String, String> environment, String... arguments)
            throws Exception {
        Path out = directory.resolve("out");
        List<String> command = new ArrayList<>(List.of("sh", launcher));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(where.toFile()).redirectOutput(out.toFile());
        builder.environment().remove("JAVA_HOME");
        builder.environment().remove("JAVA_OPTS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        try (InputStream err = process.getErrorStream()) {
            String errors = new String(err.readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), Files.readString(out), errors);
        }
    }

    private record Run(int status, String out, String err) {}
}
