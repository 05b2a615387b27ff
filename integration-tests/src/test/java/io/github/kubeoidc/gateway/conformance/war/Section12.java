// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import io.github.kubeoidc.gateway.conformance.Check;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Which promises hold for the embedded server only, as the servlet container alone decides. */
final class Section12 {
    private static final Set<String> EMBEDDED_ONLY = Set.of("1.7", "1.8", "6.6", "7", "8.1", "8.2");

    /** What a container answers, writes or decides by itself, by section and sentence. */
    private static final List<Pattern> OF_THE_CONTAINER = List.of(
            Pattern.compile("1 TRACE .*"),
            Pattern.compile("1 GET /WEB-INF/.*"),
            Pattern.compile("1 Connection: close is honoured with CONNECT"),
            // Its parser: it may refuse a target whose host is not that of the Host field.
            Pattern.compile("1\\.3 .*absolute form.*"),
            Pattern.compile("1\\.4 .* is refused.*"),
            Pattern.compile("1\\.4 .* causes no server error"),
            Pattern.compile("1\\.4 an Upgrade .* is ignored"),
            Pattern.compile("1\\.6 a close lingers: .*"),
            Pattern.compile("1\\.6 .* with Connection: close, and closed"),
            // It may end a connection after an answer that speaks of an error: Tomcat does after a 503.
            Pattern.compile("4\\.2 a flood of probes on a failing upstream .*"),
            // The address and what it listens with.
            Pattern.compile("5 an empty LISTEN_.*"),
            Pattern.compile("5 LISTEN_ADDR is where it listens"),
            Pattern.compile("5 a LISTEN_ADDR that is none .*"),
            Pattern.compile("6\\.1 LOG_FORMAT=json .*"),
            // Its context path is what 10.1 has a variable for, which is a mistake here.
            Pattern.compile("10\\.1 .*"),
            Pattern.compile("5 PATH_PREFIX=.* is accepted"),
            // What only the embedded server uses.
            Pattern.compile("5 (LISTEN_PORT|LISTENPORT|SHUTDOWN_DELAY_SECONDS|IDLE_TIMEOUT_SECONDS|TLS_\\w+) .*"),
            Pattern.compile("6\\.4 at the st.*"));

    /** Jetty writes {@code Content-Length: 0} into every answer without a body, a 304 included. */
    private static final Pattern OF_JETTY = Pattern.compile("1 a 304 .* has the 200's fields less type and length");

    private Section12() {}

    static boolean holdsIn(ContainerKind container, Check check) {
        String name = check.name();
        if (container instanceof Jetty && OF_JETTY.matcher(name).matches()) {
            return false;
        }
        return !EMBEDDED_ONLY.contains(check.section())
                && OF_THE_CONTAINER.stream()
                        .noneMatch(pattern -> pattern.matcher(name).matches());
    }
}
