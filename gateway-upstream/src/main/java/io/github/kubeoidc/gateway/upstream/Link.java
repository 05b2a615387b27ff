// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.component.LifeCycle;

/** One connection to upstream, from the attempt to open it until it is closed. */
final class Link implements AutoCloseable {
    private final HttpClient client;
    private final Destination destination;
    private final JettyClient.Route route;
    private final CompletableFuture<Connection> connected = new CompletableFuture<>();

    Link(HttpClient client, Destination destination, JettyClient.Route route) {
        this.client = client;
        this.destination = destination;
        this.route = route;
        destination.newConnection(Promise.from(this::accept, connected::completeExceptionally));
    }

    private void accept(Connection connection) {
        if (!connected.complete(connection)) {
            // The attempt was abandoned before it succeeded.
            connection.close();
        }
    }

    JettyClient.Route route() {
        return route;
    }

    /** Completes when upstream has taken the connection, before TLS. */
    CompletableFuture<Connection> connected() {
        return connected;
    }

    /** Whether a request can be sent on it. Upstream may have closed it since. */
    boolean isOpen() {
        return connected.isDone()
                && !connected.isCompletedExceptionally()
                && !connected.join().isClosed();
    }

    /** Ends the connection at once, or the attempt to make it; what is awaited on it fails. */
    @Override
    public void close() {
        if (!connected.completeExceptionally(new AsynchronousCloseException())
                && !connected.isCompletedExceptionally()) {
            connected.join().close();
        }
        client.removeDestination(destination);
        LifeCycle.stop(destination);
    }
}
