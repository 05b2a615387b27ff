// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp;

import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.GatewayState;
import io.github.kubeoidc.gateway.api.Metrics;
import io.github.kubeoidc.gateway.api.Route;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Metrics that only note what they are told. The service loader finds them; port 1 is one that cannot be bound, and what is bound to port 2
 * cannot serve.
 */
final class FakeMetrics implements Metrics {
    /** The metrics that were bound last. */
    static volatile @Nullable FakeMetrics bound;

    final String address;
    final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    volatile @Nullable GatewayState state;
    volatile boolean closed;

    private FakeMetrics(String address) {
        this.address = address;
    }

    /** For the service loader. */
    public static final class Provider implements Metrics.Provider {
        @Override
        public Metrics bind(String address, int port) throws IOException {
            if (port == 1) {
                throw new IOException("cannot listen on " + address + " port 1: refused by a test");
            }
            bound = new FakeMetrics(address + ":" + port);
            return bound;
        }
    }

    @Override
    public void serve(GatewayState served) {
        if (address.endsWith(":2")) {
            throw new IllegalStateException("refused by a test");
        }
        state = served;
    }

    @Override
    public URI uri() {
        return URI.create("http://" + address + "/metrics");
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public void requestEnded(Route route, String method, int status, CacheStatus cache, long nanos) {
        told.add(method + " " + route + " " + status);
    }

    @Override
    public void fetchEnded(DocumentKind kind, @Nullable Outcome failure, Duration took) {
        told.add("fetched " + kind + " " + failure);
    }

    @Override
    public void keysChanged(int added, int removed) {
        told.add("keys +" + added + " -" + removed);
    }
}
