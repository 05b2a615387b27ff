// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.proxy.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The outage in its short form; {@code integration-tests/pictures/outage} is the long one. */
@Execution(ExecutionMode.CONCURRENT)
class OutageIT {
    private static final int SECONDS = Integer.getInteger("gateway.outage.seconds", 20);
    private static final Path DIRECTORY =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target/pictures-short/outage");

    @Test
    @DisplayName("3.3: on failure a stale document is served with 200, where a plain proxy has nothing to serve")
    void theGatewayServesThroughAnOutageThatAProxyPassesOn() throws Exception {
        assumeTrue(Proxy.Kind.NGINX.executable() != null, "**** SKIPPED: nginx is not installed ****");
        OutageReport report = new Outage(Path.of(Launcher.path()), DIRECTORY, SECONDS).run();
        System.out.print(report.text());
        assertThat(report.wrongs()).isEmpty();
        String svg = report.svg();
        Files.writeString(DIRECTORY.resolve("outage.svg"), svg);
        assertThat(svg).contains("away for " + SECONDS + " seconds", "connections are refused");
    }
}
