// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DESIGN, "Two commands". Whoever asks how to use the program gets no directory of the name {@code --help}. */
class StandInMainTest {
    private static final String USAGE = "usage: stand-in DIRECTORY [RSA|P_256 [ADDRESS [NAME...]]]\n";

    @TempDir
    private Path directory;

    @Test
    void helpIsNoDirectory() throws Exception {
        saysHowItIsUsed(0, "--help");
        saysHowItIsUsed(0, "-h");
        saysHowItIsUsed(0, "a", "RSA", "--help");
    }

    @Test
    void whatItDoesNotKnowItRefuses() throws Exception {
        saysHowItIsUsed(2);
        saysHowItIsUsed(2, "");
        saysHowItIsUsed(2, "--version");
        saysHowItIsUsed(2, "a", "DSA");
        saysHowItIsUsed(2, "a", "RSA", "--address");
    }

    private void saysHowItIsUsed(int status, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                Path.of(StandInMain.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString(),
                StandInMain.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            // No more than that: a stand-in that starts prints some lines, and runs until it is ended.
            byte[] told = process.getInputStream().readNBytes(USAGE.length());
            assertThat(new String(told, StandardCharsets.UTF_8)).isEqualTo(USAGE);
            assertThat(process.waitFor()).isEqualTo(status);
        } finally {
            process.destroyForcibly();
        }
        assertThat(directory).isEmptyDirectory();
    }
}
