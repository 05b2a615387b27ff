// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Repository;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the commands of a page leave behind in the shell, the files and the processes of whoever runs them. */
class SideEffectsTest {

    private static final Duration BOUND = Duration.ofSeconds(20);

    /** Elsewhere than in the directory that {@code mktemp -d} has made. */
    private static final Pattern WRITES_A_TOKEN = Pattern.compile(".*\\bcreate token\\b.* > (?!\"\\$credentials/).*");

    private static final Pattern FOR_ITS_OWNER_ALONE = Pattern.compile("\\s*\\(umask 077 && .*> [^()]+\\).*");

    /** In a subshell, so that the files that its reader makes afterwards are as ever. */
    @TestFactory
    Stream<DynamicTest> aTokenIsWrittenForItsOwnerAloneAndNothingElseIs() {
        return Page.each(page -> assertThat(page.shell().stream().flatMap(String::lines))
                .filteredOn(line ->
                        line.contains("umask") || WRITES_A_TOKEN.matcher(line).matches())
                .allSatisfy(line -> assertThat(line).matches(FOR_ITS_OWNER_ALONE)));
    }

    @Test
    void theLoopThatRenewsTheTokenEndsWithAllThatItStarted() throws Exception {
        String loop = Pattern.compile("(?ms)^[^\\n]*\\bsleep 1800\\b.*?^renewer=\\$!$")
                .matcher(Repository.text(Path.of("README.md")))
                .results()
                .findFirst()
                .orElseThrow()
                .group();
        Process bash = new ProcessBuilder("bash", "-c", loop + "\nread -r\nkill \"$renewer\"\nread -r").start();
        List<ProcessHandle> started = List.of();
        try (OutputStream in = bash.getOutputStream()) {
            Await.until(BOUND, "a loop that sleeps", () -> bash.descendants().count() == 2);
            started = bash.descendants().toList();
            in.write('\n');
            in.flush();
            List<ProcessHandle> ended = started;
            Await.until(BOUND, "no process of the loop", () -> ended.stream().noneMatch(ProcessHandle::isAlive));
        } finally {
            started.forEach(ProcessHandle::destroyForcibly);
            bash.destroyForcibly();
        }
    }
}
