// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Launcher;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The rotations in their short form; {@code integration-tests/pictures/rotation} is the one of the picture. */
@Execution(ExecutionMode.CONCURRENT)
class RotationIT {
    private static final Path DIRECTORY =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target/pictures-short");

    @Test
    @DisplayName(
            "docs/rotation.md: publish, wait, sign, wait, withdraw, and no token is refused; all at once, and some are")
    void whereTheGuideIsFollowedNobodyNotices() throws Exception {
        RotationReport report = new Rotation(Path.of(Launcher.path()), Rotation.Settings.SHORT).run();
        System.out.print(report.text());
        assertThat(report.wrongs()).isEmpty();
        String svg = report.svg();
        Files.writeString(Files.createDirectories(DIRECTORY).resolve("rotation.svg"), svg);
        assertThat(svg).contains("gateway serves", "withdraw", "token refused");
    }
}
