// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Metrics;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the program ends. */
class MainTest {
    /** What restarts a program that has failed, as systemd and Docker do, takes status 0 for a stop that was wanted. */
    @ParameterizedTest
    @CsvSource({
        "gateway-metrics, IllegalStateException: the metrics are no part of this application",
        "prometheus-metrics, NoClassDefFoundError"
    })
    void aStartThatFailsForAnotherReasonThanThePortIsStatus1(String missing, String reason) throws Exception {
        String jars = jars().filter(
                        path -> !path.contains(missing) && !path.contains("dist/" + missing.replace("gateway-", "")))
                .collect(Collectors.joining(File.pathSeparator));
        String told = run(1, jars, Map.of("LISTEN_ADDR", "127.0.0.1", "LISTEN_PORT", "0", "METRICS_PORT", "0"));
        assertThat(told).contains(reason).contains("kube-oidc-gateway: the server did not start");
    }

    /** CONTRACT 5: LOG_LEVEL, of a server as Main starts it. The line of a misspelt variable is a WARN. */
    @ParameterizedTest
    @CsvSource({"ERROR, false", "WARN, true"})
    void nothingBelowTheLevelIsLogged(String level, boolean isLogged) throws Exception {
        String jars = jars().filter(path -> !path.contains("gateway-metrics") && !path.contains("dist/metrics"))
                .collect(Collectors.joining(File.pathSeparator));
        String told = run(
                1,
                jars,
                Map.of(
                        "LISTEN_ADDR",
                        "127.0.0.1",
                        "LISTEN_PORT",
                        "0",
                        "METRICS_PORT",
                        "0",
                        "LISTENPORT",
                        "1",
                        "LOG_LEVEL",
                        level));
        assertThat(told.contains(" WARN the variable LISTENPORT ")).as(told).isEqualTo(isLogged);
    }

    /** A variable that is not set, as in {@code kube-oidc-gateway "$COMMAND"}, leaves an empty argument. */
    @ParameterizedTest
    @CsvSource({"'', '\"\"'", "' ', '\" \"'", "serve, serve"})
    void anArgumentThatIsNotKnownIsStatus2(String argument, String shown) throws Exception {
        String jars = jars().collect(Collectors.joining(File.pathSeparator));
        // The variable ends a gateway that starts all the same.
        String told = run(2, jars, Map.of("LISTEN_PORT", "none"), argument);
        assertThat(told).startsWith("kube-oidc-gateway: unknown arguments: " + shown + "; allowed is check, export, ");
    }

    /** The image's entry point gets them, where the launcher is not. */
    @ParameterizedTest
    @CsvSource({"check, --json", "export, --help"})
    void aCommandOfTheLauncherIsStatus2AndSaysHowTheImageStartsIt(String command, String option) throws Exception {
        String jars = jars().collect(Collectors.joining(File.pathSeparator));
        assertThat(run(2, jars, Map.of("LISTEN_PORT", "none"), command, option))
                .startsWith("kube-oidc-gateway: " + command + " is a command of bin/kube-oidc-gateway; ")
                .endsWith(" @/" + command + "\n");
    }

    /** CONTRACT 7: "SIGTERM, at any moment from the first line of the log on: [...] exit status 0", also where a part never starts. */
    @Test
    void aStopOfAStartThatHangsIsStatus0(@TempDir Path directory) throws Exception {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(Metrics.Provider.class.getName()), HangingMetrics.class.getName());
        Path tests = Path.of(HangingMetrics.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        String jars = Stream.concat(Stream.of(directory.toString(), tests.toString()), jars())
                .collect(Collectors.joining(File.pathSeparator));
        Process process = start(jars, Map.of("LISTEN_ADDR", "127.0.0.1", "LISTEN_PORT", "0", "METRICS_PORT", "0"));
        try (BufferedReader log = process.inputReader()) {
            assertThat(log.readLine()).contains(" starts with ");
            // The other one would close the stream.
            process.toHandle().destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(log.lines()).last().asString().endsWith(" INFO stopped: it had not started after 5s");
        } finally {
            process.destroyForcibly();
        }
    }

    /** A part that hangs as the reading of CACHE_DIR may. */
    public static final class HangingMetrics implements Metrics.Provider {
        @Override
        public Metrics bind(String address, int port) throws IOException {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            throw new IOException("nobody counts it down");
        }
    }

    private static Stream<String> jars() {
        return Stream.of(System.getProperty("jdk.module.path"), System.getProperty("java.class.path"))
                .filter(Objects::nonNull)
                .flatMap(paths -> Arrays.stream(paths.split(File.pathSeparator)));
    }

    /** Runs the program, which has to end with this status, and returns what it says. */
    private static String run(int status, String jars, Map<String, String> environment, String... arguments)
            throws Exception {
        Process process = start(jars, environment, arguments);
        try {
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(told).isEqualTo(status);
            return told;
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(String jars, Map<String, String> environment, String... arguments) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(java.toString(), "-cp", jars, Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).start();
    }
}
