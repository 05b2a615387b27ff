// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.process;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The line of a gateway's log that says where it listens, {@code listening on http://127.0.0.1:40123} (6.4).
 */
public final class ListeningLine {

    private static final Pattern LISTENING = Pattern.compile("listening on (https?://[^\\s\"]+)");

    private ListeningLine() {}

    /**
     * Finds the address.
     *
     * @param line a line of standard output
     * @return the address that it names, {@code null} if it is another line
     */
    public static @Nullable URI address(String line) {
        Matcher listening = LISTENING.matcher(line);
        return listening.find() ? URI.create(listening.group(1)) : null;
    }
}
