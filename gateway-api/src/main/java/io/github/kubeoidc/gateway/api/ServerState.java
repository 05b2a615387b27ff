// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The embedded server as it is now. A servlet container's own state is not known. Never blocks. */
public interface ServerState {
    /**
     * Counts the clients' connections.
     *
     * @return those that are open, come or go
     */
    int connections();

    /**
     * Counts the clients that were closed or refused since the start.
     *
     * @return a number for each reason, 0 included; the reasons are words of lower-case letters and {@code _}
     */
    Map<String, Long> refused();

    /**
     * Returns when the server's certificate expires.
     *
     * @return the end of its validity; {@code null} without TLS
     */
    @Nullable
    Instant certificateExpiry();
}
