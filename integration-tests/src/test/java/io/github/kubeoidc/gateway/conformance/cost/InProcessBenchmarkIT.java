// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code integration-tests/bench/in-process} still gets the answers that it measures. */
@Execution(ExecutionMode.CONCURRENT)
class InProcessBenchmarkIT {

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    @DisplayName("each benchmark runs, for each request")
    void eachBenchmarkRuns() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of("bench", "in-process").toString(), "-wi", "0", "-i", "1", "-r", "100ms")
                .redirectErrorStream(true)
                .start();
        try {
            String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(report).isZero();
            for (String benchmark : List.of("handler", "webApplication", "server")) {
                assertThat(report).containsPattern("HitBenchmark\\." + benchmark + ":gc.alloc.rate.norm");
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
