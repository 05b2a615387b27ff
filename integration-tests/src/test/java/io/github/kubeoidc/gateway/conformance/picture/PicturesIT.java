// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.proxy.Proxy;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Outage and rotations in their short form; the commands in {@code integration-tests/pictures} are the ones of the pictures. */
@Execution(ExecutionMode.CONCURRENT)
class PicturesIT {
    private static final Path LAUNCHER = Path.of(Launcher.path());
    private static final Path DIRECTORY =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target/pictures-short");
    private static final int SECONDS = Integer.getInteger("gateway.outage.seconds", 20);

    @Test
    @DisplayName("3.3: on failure a stale document is served with 200, where a plain proxy has nothing to serve")
    void theGatewayServesThroughAnOutageThatAProxyPassesOn() throws Exception {
        assumeTrue(Proxy.Kind.NGINX.executable() != null, "**** SKIPPED: nginx is not installed ****");
        Path folder = DIRECTORY.resolve("outage");
        OutageReport report = new Outage(LAUNCHER, folder, SECONDS).run();
        Path picture = report.publish(folder, "outage");
        assertThat(report.wrongs()).isEmpty();
        assertThat(picture).content().contains("away for " + SECONDS + " seconds", "connections are refused");
    }

    @Test
    @DisplayName(
            "docs/rotation.md: publish, wait, sign, wait, withdraw, and no token is refused; all at once, and some are")
    void whereTheGuideIsFollowedNobodyNotices() throws Exception {
        RotationReport report = new Rotation(LAUNCHER, Rotation.Settings.SHORT).run();
        Path picture = report.publish(DIRECTORY, "rotation");
        assertThat(report.wrongs()).isEmpty();
        assertThat(picture).content().contains("gateway serves", "withdraw", "token refused");
    }
}
