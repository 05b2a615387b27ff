// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import org.eclipse.jetty.io.Connection;

/**
 * Ends an answered request, once: when the HTTP connection that reads the next one is in place and does not read yet. A client
 * that is closed after the end is forgotten, and Jetty could not put the connection in place; and the end of this request must
 * not be taken for that of the next one.
 */
final class RequestEnd implements Connection.Listener {
    private final ClientEndPoint client;
    private boolean ended;

    RequestEnd(ClientEndPoint client) {
        this.client = client;
    }

    @Override
    public void onOpened(Connection next) {
        next.removeEventListener(this);
        endRequest();
    }

    /** Ends it where no such connection has been opened: another one lingers. The thread that would have opened it calls this. */
    void endRequest() {
        if (!ended) {
            ended = true;
            client.request().onEnd();
        }
    }
}
