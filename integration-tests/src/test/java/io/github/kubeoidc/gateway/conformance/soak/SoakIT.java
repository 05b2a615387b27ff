// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Launcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The soak in its short form; {@code integration-tests/soak} is the long one. */
class SoakIT {

    private static final Duration LENGTH = Duration.ofSeconds(60);
    private static final Path DIRECTORY = Path.of("target/soak-short").toAbsolutePath();

    @Test
    void losesNothingAndStaysAsSmallAsItIs() throws Exception {
        SoakReport report = new Soak(Path.of(Launcher.path()), DIRECTORY, LENGTH, System.currentTimeMillis()).run();

        System.out.print(report.text());
        Files.writeString(DIRECTORY.resolve("soak.svg"), report.svg());
        assertThat(report.wrongs()).isEmpty();
    }
}
