// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.util.Map;
import java.util.Optional;

/** Tells of options for Java that are set where nothing reads them, as in a container, which has no launcher. */
final class JavaOptions {
    /** The launcher passes its value on to Java, and takes the variable out of the environment. */
    private static final String LAUNCHERS = "JAVA_OPTS";

    private JavaOptions() {}

    /** Returns a sentence for the log; values are not shown. */
    static Optional<String> unread(Map<String, String> variables) {
        if (variables.getOrDefault(LAUNCHERS, "").isBlank()) {
            return Optional.empty();
        }
        return Optional.of("the variable " + LAUNCHERS + " has no effect here: only the launcher reads it;"
                + " Java itself reads _JAVA_OPTIONS");
    }
}
