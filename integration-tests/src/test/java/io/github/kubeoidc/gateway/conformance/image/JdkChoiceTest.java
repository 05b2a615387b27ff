// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JDK that {@code dist/image/build} takes, what it says of it, and which one it refuses. */
class JdkChoiceTest {

    private static final String OLD = "2025-01-21";

    @TempDir
    private Path folder;

    @TempDir
    private Path elsewhere;

    /** Java's own order, in which 25.0.10 is newer than 25.0.9, and 25.0.9 than 25. */
    @ParameterizedTest
    @CsvSource({
        "25, 25.0.9, 25.0.10, 25.0.10",
        "25.0.10, 25.0.9, 25, 25.0.10",
        "25.0.9.1, 25.0.9, 17.0.30, 25.0.9.1",
        "17.0.30, 21, 17.0.9, 21",
        "26, 17.0.9, 24.0.2, 17.0.9",
        "17.0.9, 17.0.10, 26.0.1, 17.0.10"
    })
    void theNewestReleaseOfTheNewestJavaThatHasLongTermSupport(String a, String b, String c, String chosen)
            throws Exception {
        jdk(folder, "jdk-a", a, OLD);
        jdk(folder, "jdk-b", b, OLD);
        jdk(folder, "jdk-c", c, OLD);

        Run run = choose(null);

        assertThat(run.status).as(run.err).isZero();
        assertThat(Files.readString(Path.of(run.out).resolve("release"))).contains("\"" + chosen + "\"");
    }

    @Test
    void itSaysWhichOneAndHowOld() throws Exception {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Path home = jdk(folder, "jdk", "25.0.3", today.minusDays(40).toString());

        Run run = choose(null);

        assertThat(run.out).isEqualTo(home.toString());
        // Midnight may have been since.
        assertThat(run.err)
                .contains("JDK 25.0.3 of " + today.minusDays(40) + ": " + home)
                .containsPattern("\\((40|41) days old\\)")
                .hasLineCount(1);
    }

    @Test
    void itAsksForANewerOneWhereThereHasToBeAnUpdateOfJava() throws Exception {
        jdk(folder, "jdk", "25.0.3", OLD);

        assertThat(choose(null).err).contains("please look for a newer one");
    }

    @Test
    void aJdkThatDoesNotTellItsDateIsTaken() throws Exception {
        Path home = jdk(folder, "jdk", "25.0.3", null);

        Run run = choose(null);

        assertThat(run.out).isEqualTo(home.toString());
        assertThat(run.err).contains("JDK 25.0.3 of an unknown date");
    }

    @Test
    void aJavaHomeThatIsOlderThanAnotherReleaseIsRefusedAndBothAreNamed() throws Exception {
        Path old = jdk(elsewhere, "old", "25.0.2", "2026-01-20");
        Path newer = jdk(folder, "newer", "25.0.3", "2026-04-21");

        Run run = choose(old);

        assertThat(run.status).isEqualTo(1);
        assertThat(run.out).isEmpty();
        assertThat(run.err)
                .contains("JAVA_HOME is an old release", "JDK 25.0.2 of 2026-01-20: " + old)
                .contains("JDK 25.0.3 of 2026-04-21: " + newer, "please unset JAVA_HOME");
    }

    /** The image has the newest Java that is there, even where Maven runs on an older one. */
    @ParameterizedTest
    @CsvSource({
        "25.0.3, 25.0.3, true",
        "25.0.4, 25.0.3, true",
        "25.0.3, 21.0.12, true",
        "25.0.3, 26.0.1, true",
        "17.0.18, 25, false"
    })
    void aJavaHomeThatIsNoOlderThanTheOthersIsTaken(String ofJavaHome, String other, boolean taken) throws Exception {
        Path found = jdk(folder, "jdk", other, OLD);
        Path home = jdk(elsewhere, "jdk", ofJavaHome, OLD);

        Run run = choose(home);

        assertThat(run.out).as(run.err).isEqualTo((taken ? home : found).toString());
    }

    @Test
    void withoutOneItNamesTheCommandThatInstallsOne() throws Exception {
        Files.delete(jdk(folder, "run-time", "25.0.3", OLD).resolve("bin/jlink"));
        jdk(folder, "too-new", "26", OLD);
        jdk(folder, "too-old", "11.0.30", OLD);

        Run run = choose(null);

        assertThat(run.status).isEqualTo(1);
        assertThat(run.err).contains("no JDK 25, 21 or 17 with jlink", folder.toString(), "apt-get install");
    }

    private static Path jdk(Path parent, String name, String version, @Nullable String released) throws IOException {
        Path home = Files.createDirectory(parent.resolve(name));
        Files.createDirectory(home.resolve("bin"));
        Files.createFile(
                home.resolve("bin/jlink"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        String date = released == null ? "" : "JAVA_VERSION_DATE=\"" + released + "\"\n";
        return Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n" + date)
                .getParent();
    }

    private Run choose(@Nullable Path javaHome) throws Exception {
        Path out = elsewhere.resolve("out");
        Path err = elsewhere.resolve("err");
        Path script = Path.of("..", "dist", "image", "choose-jdk");
        ProcessBuilder builder = new ProcessBuilder(script.toString(), folder.toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().remove("JAVA_HOME");
        if (javaHome != null) {
            builder.environment().put("JAVA_HOME", javaHome.toString());
        }
        int status = builder.start().waitFor();
        return new Run(status, Files.readString(out).strip(), Files.readString(err));
    }

    private record Run(int status, String out, String err) {}
}
