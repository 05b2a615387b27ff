// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.Route;
import java.time.Duration;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Keeps what is told of requests, in words. */
record ToldRequests(Queue<String> told) implements Events {
    @Override
    public void requestEnded(Route route, String method, int status, CacheStatus cache, long nanos) {
        told.add(route + " " + method + " " + status + " " + cache + " " + nanos);
    }

    @Override
    public void fetchEnded(DocumentKind kind, @Nullable Outcome failure, Duration took) {
        throw new AssertionError("the web knows no fetch");
    }

    @Override
    public void keysChanged(int added, int removed) {
        throw new AssertionError("the web knows no keys");
    }
}
