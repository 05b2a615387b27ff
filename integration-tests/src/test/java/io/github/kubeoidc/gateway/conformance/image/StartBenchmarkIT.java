// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.Repository;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code integration-tests/bench/compare-start-with-java} still measures both programs. */
@ExtendWith(ClusterExtension.class)
class StartBenchmarkIT {

    @Test
    void measuresBothForEachKeyAndLimit() {
        BuiltImage.delivery();
        String java =
                BuiltImage.docker("run", "--rm", "--entrypoint", "/opt/java/bin/java", BuiltImage.NAME, "--version");
        if (!java.contains(" 25")) {
            Assumptions.abort(
                    "**** SKIPPED: the benchmark of a start needs an image with Java 25, not " + java + " ****");
        }

        String table =
                Programs.run(Repository.ROOT, "integration-tests/bench/compare-start-with-java", BuiltImage.NAME, "1");

        assertThat(table.lines().skip(1))
                .hasSize(4)
                .allSatisfy(row -> assertThat(row).matches("(RSA|P_256) +(0\\.1|1) +\\d+\\.\\d\\d +\\d+\\.\\d\\d"));
    }
}
