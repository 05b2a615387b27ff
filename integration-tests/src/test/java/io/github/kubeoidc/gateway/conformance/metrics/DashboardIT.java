// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The dashboard after half a minute; {@code integration-tests/pictures/dashboard} draws it after more. */
@Execution(ExecutionMode.CONCURRENT)
class DashboardIT {
    private static final int SECONDS = Integer.getInteger("gateway.dashboard.seconds", 30);
    private static final Path FOLDER = Repository.ROOT.resolve("integration-tests/target/pictures-short/dashboard");

    @Test
    void eachPanelShowsSomethingInABrowser() throws Exception {
        Programs.path("prometheus");
        assumeTrue(
                Programs.find("chromium") != null,
                "**** SKIPPED: chromium is not installed, and NOBODY has looked at the dashboard ****");
        DrawnDashboard drawn = DrawnDashboard.play(
                Path.of(Launcher.path()), MetricsIT.FILES.resolve("dashboard.json"), FOLDER, SECONDS);
        assertThat(drawn.empty()).as("panels without anything").isEmpty();
        assertThat(drawn.document())
                .contains("data-panels=\"" + drawn.panels() + "\"", "data-errors=\"\"")
                .doesNotContain(">No data<");
        assertThat(Files.size(drawn.picture())).as("bytes of the screenshot").isGreaterThan(20_000);
    }
}
