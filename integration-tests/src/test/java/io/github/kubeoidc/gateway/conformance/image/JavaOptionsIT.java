// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The variables that give options to Java: which of them the image heeds, and what it says of the launcher's. */
@ExtendWith(ClusterExtension.class)
class JavaOptionsIT {

    /** Java itself says so; standard output has nothing but the answer. */
    @ParameterizedTest
    @CsvSource({"_JAVA_OPTIONS, 30", "JDK_JAVA_OPTIONS, 22", "JAVA_TOOL_OPTIONS, 22"})
    void theImagesHeapIsLargerInOneVariableAlone(String variable, int megabytes, @TempDir Path outputs)
            throws Exception {
        BuiltImage.delivery();
        Path out = outputs.resolve("out");
        Path err = outputs.resolve("err");
        String options = variable + "=-Xmx30m -XX:+PrintFlagsFinal";
        int status = new ProcessBuilder(
                        "docker", "run", "--rm", "--memory", "64m", "--env", options, BuiltImage.NAME, "--version")
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start()
                .waitFor();

        assertThat(status).as(Files.readString(err)).isZero();
        assertThat(Files.readString(out)).matches("kube-oidc-gateway \\S+\n");
        assertThat(Files.readString(err))
                .contains("Picked up " + variable)
                .containsPattern("MaxHeapSize +=? *" + (megabytes << 20));
    }

    @Test
    void theImageTellsOfTheLaunchersVariable() throws Exception {
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                StartedGateway gateway =
                        BuiltImage.delivery().start(Launcher.with(upstream.environment(), "JAVA_OPTS", "-Xmx30m"))) {
            Await.until(
                    Duration.ofSeconds(60),
                    "a warning",
                    () -> log(gateway).contains(" WARN the variable JAVA_OPTS has no effect here"));
            assertThat(log(gateway)).contains("Java itself reads _JAVA_OPTIONS").doesNotContain("-Xmx30m");
        }
    }

    @Test
    void theLauncherReadsItAndTellsNothing() throws Exception {
        try (ApiServerStandIn upstream = ApiServerStandIn.start();
                StartedGateway gateway =
                        Launcher.start(Launcher.with(upstream.environment(), "JAVA_OPTS", "-Xmx30m"))) {
            Await.until(
                    Duration.ofSeconds(60),
                    "the issuer in the log",
                    () -> log(gateway).contains(ApiServerStandIn.ISSUER));
            assertThat(log(gateway)).doesNotContain("JAVA_OPTS");
        }
    }

    private static String log(StartedGateway gateway) {
        return String.join("\n", gateway.log());
    }
}
