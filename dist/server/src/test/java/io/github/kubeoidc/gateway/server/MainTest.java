// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    private static Stream<String> jars() {
        return Stream.of(System.getProperty("jdk.module.path"), System.getProperty("java.class.path"))
                .filter(Objects::nonNull)
                .flatMap(paths -> Arrays.stream(paths.split(File.pathSeparator)));
    }

    /** Runs the program, which has to end with this status, and returns what it says. */
    private static String run(int status, String jars, Map<String, String> environment, String... arguments)
            throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(List.of(java.toString(), "-cp", jars, Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        try {
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(told).isEqualTo(status);
            return told;
        } finally {
            process.destroyForcibly();
        }
    }
}
