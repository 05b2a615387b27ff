// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** CONTRACT 2.2 and 3.3: what upstream sends is bounded in what it costs too, so that the process lives to serve the last good one. */
class HostileDocumentTest {
    // Beside what others have, and the document as it comes.
    private static final String HEAP = "-Xmx20m";
    private static final int REST = 3 << 20;

    @ParameterizedTest
    @EnumSource
    void aHostileDocumentIsServedOrRefusedWithinASmallHeap(HostileDocument document) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        Stream.of("java.class.path", "jdk.module.path")
                                .map(System::getProperty)
                                .filter(Objects::nonNull)
                                .collect(Collectors.joining(File.pathSeparator)),
                        HostileDocument.class.getName(),
                        document.name(),
                        Integer.toString(REST))
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(output).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
