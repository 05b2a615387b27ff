// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kubeoidc.gateway.conformance.GatewayDidNotStart;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandGatewayTest {

    @TempDir
    private Path directory;

    @Test
    void findsTheAddressAndPassesNoVariableOn() throws IOException {
        Path launcher = script("""
                env | sort
                echo 'listening on http://127.0.0.1:4711'
                echo 'something is odd' >&2
                exec tail -f /dev/null
                """);
        try (StartedGateway gateway =
                CommandGateway.start(List.of(launcher.toString()), Map.of("CACHE_TTL_SECONDS", "7"))) {
            assertThat(gateway.baseUri()).hasToString("http://127.0.0.1:4711");
            assertThat(gateway.log())
                    .contains("CACHE_TTL_SECONDS=7", "LISTEN_ADDR=127.0.0.1", "LISTEN_PORT=0")
                    .noneMatch(line -> line.matches("(?!PATH|HOME|JAVA_HOME|PWD|SHLVL|_=|OLDPWD|CACHE|LISTEN).*=.*"));
            Await.until(
                    Duration.ofSeconds(20),
                    "the words on standard error",
                    () -> gateway.errors().equals("something is odd\n"));
            assertThat(gateway.threads()).isEqualTo(1);
            gateway.terminate();
            assertThat(gateway.awaitExit(Duration.ofSeconds(20))).isEqualTo(143);
        }
    }

    @Test
    void tellsHowAGatewayDidNotStart() throws IOException {
        Path launcher = script("echo out; echo wrong >&2; exit 2");
        GatewayDidNotStart refusal = catchThrowableOfType(
                GatewayDidNotStart.class, () -> CommandGateway.start(List.of(launcher.toString()), Map.of()));
        assertThat(refusal.exitStatus()).isEqualTo(OptionalInt.of(2));
        assertThat(refusal.output()).containsExactly("out");
        assertThat(refusal.errors()).isEqualTo("wrong\n");
        assertThat(refusal).hasMessageContainingAll("exit status 2", "out", "wrong");
    }

    @Test
    void blocksTheLog() throws IOException {
        Path launcher = script("""
                echo 'listening on http://127.0.0.1:4711'
                yes
                """);
        try (StartedGateway gateway = CommandGateway.start(List.of(launcher.toString()), Map.of())) {
            gateway.withLogBlocked(() -> {
                int lines = gateway.log().size();
                Await.whileHolds(
                        Duration.ofMillis(100),
                        "no line arrives",
                        () -> gateway.log().size() == lines);
            });
        }
    }

    private Path script(String body) throws IOException {
        Path script = Files.writeString(directory.resolve("launcher"), "#!/bin/sh\n" + body);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
