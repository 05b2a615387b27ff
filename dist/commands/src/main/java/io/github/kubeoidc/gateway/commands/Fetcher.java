// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.upstream.Names;
import io.github.kubeoidc.gateway.upstream.UpstreamSource;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Fetches documents as the gateway does, and waits for them. */
final class Fetcher implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "timer");
        thread.setDaemon(true);
        return thread;
    });
    private final UpstreamSource source;

    Fetcher(GatewayConfig config, Names names) {
        source = UpstreamSource.openOnce(config, timer, names);
    }

    /** Returns a valid document, within the upstream timeout. */
    Document fetch(DocumentKind kind) throws FetchException {
        try {
            return source.fetch(kind).join();
        } catch (CompletionException e) {
            if (FetchException.unwrap(e) instanceof FetchException why) {
                throw why;
            }
            throw new FetchException(
                    Outcome.IO,
                    "unexpected " + FetchException.unwrap(e).getClass().getSimpleName(),
                    null);
        }
    }

    @Override
    public void close() {
        source.close();
        timer.shutdownNow();
    }
}
