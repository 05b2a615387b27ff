// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
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
        String jars = Stream.of(System.getProperty("jdk.module.path"), System.getProperty("java.class.path"))
                .filter(Objects::nonNull)
                .flatMap(paths -> Arrays.stream(paths.split(File.pathSeparator)))
                .filter(path -> !path.contains(missing) && !path.contains("dist/" + missing.replace("gateway-", "")))
                .collect(Collectors.joining(File.pathSeparator));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(java.toString(), "-cp", jars, Main.class.getName());
        builder.environment().put("LISTEN_ADDR", "127.0.0.1");
        builder.environment().put("LISTEN_PORT", "0");
        builder.environment().put("METRICS_PORT", "0");
        Process process = builder.redirectErrorStream(true).start();
        try {
            String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(told).isEqualTo(1);
            assertThat(told).contains(reason).contains("kube-oidc-gateway: the server did not start");
        } finally {
            process.destroyForcibly();
        }
    }
}
