// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.io.IOException;
import java.net.URI;

/** Counts what happens and serves that, and the gateway's state, on a port of their own. */
public interface Metrics extends Events, AutoCloseable {
    /**
     * Begins to answer.
     *
     * @param state is read for each answer, on a thread of its own
     */
    void serve(GatewayState state);

    /**
     * Returns where the metrics are.
     *
     * @return for instance {@code http://127.0.0.1:9090/metrics}
     */
    URI uri();

    /** Closes port and connections, and waits up to 5 s for the thread to end. */
    @Override
    void close();

    /** Finds the metrics as a service: their module is loaded where they are wanted, and nowhere else. */
    interface Provider {
        /**
         * Binds the port. Connections are not answered yet.
         *
         * @param address the IP address or host name to bind to
         * @param port the port, 0 to 65535; 0 for any free one
         * @return the metrics, to be closed
         * @throws IOException if it cannot be bound; its message is one line that names address and port
         */
        Metrics bind(String address, int port) throws IOException;
    }
}
