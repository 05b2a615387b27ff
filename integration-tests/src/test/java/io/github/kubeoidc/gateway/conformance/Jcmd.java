// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.nio.file.Path;
import java.util.stream.Stream;

/** Diagnostic commands for a Java process, by the {@code jcmd} of the JDK that runs it. */
public final class Jcmd {
    private Jcmd() {}

    /** What the process answers. */
    public static String ask(long pid, String... command) {
        String java = ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .orElseThrow();
        String[] line = Stream.concat(
                        Stream.of(Path.of(java).resolveSibling("jcmd").toString(), Long.toString(pid)),
                        Stream.of(command))
                .toArray(String[]::new);
        return Programs.run(Path.of("."), line);
    }
}
