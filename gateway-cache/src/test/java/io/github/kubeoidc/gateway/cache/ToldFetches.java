// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.Route;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what the cache tells, in words. */
record ToldFetches(List<String> told) implements Events {
    @Override
    public void requestEnded(Route route, String method, int status, CacheStatus cache, long nanos) {
        throw new AssertionError("the cache knows no request");
    }

    @Override
    public void fetchEnded(DocumentKind kind, @Nullable Outcome failure, Duration took) {
        told.add(kind + " " + (failure == null ? "ok" : failure) + " " + took.toMillis() + "ms");
    }

    @Override
    public void keysChanged(int added, int removed) {
        told.add("keys +" + added + " -" + removed);
    }
}
