// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import io.github.kubeoidc.gateway.upstream.Names;
import io.github.kubeoidc.gateway.upstream.UpstreamSource;
import java.net.InetAddress;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Consumer;

/** Fetches documents as the gateway does, and waits for them. */
final class Fetcher implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        Thread thread = new Thread(task, "timer");
        thread.setDaemon(true);
        return thread;
    });
    private final UpstreamSource source;
    private volatile int addresses = 1;

    Fetcher(GatewayConfig config, Names names) {
        source = UpstreamSource.openOnce(config, timer, host -> {
            InetAddress[] found = names.lookUp(host);
            addresses = found.length;
            return found;
        });
    }

    /**
     * Returns a valid document, within the upstream timeout for each address: after one that hangs the next fetch asks another, which
     * the gateway begins by itself.
     *
     * @param onTimeout told of a fetch that timed out and is repeated
     */
    Document fetch(DocumentKind kind, Consumer<FetchException> onTimeout) throws FetchException {
        for (int asked = 1; ; asked++) {
            try {
                return fetchOnce(kind);
            } catch (FetchException e) {
                if (e.outcome() != Outcome.TIMEOUT || asked >= addresses) {
                    throw e;
                }
                onTimeout.accept(e);
            }
        }
    }

    private Document fetchOnce(DocumentKind kind) throws FetchException {
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
