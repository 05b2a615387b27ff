// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.Renderer;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Makes fetches: asks upstream, renders and stores what comes, and tells the log and those who wait. Decides nothing. */
final class Fetcher {
    private final CachePolicy policy;
    private final Upstream upstream;
    private final DocumentStore store;
    private final Renderer renderer;
    private final LongSupplier ticker;
    private final Scheduler scheduler;
    private final DocumentLog log;

    Fetcher(
            CachePolicy policy,
            Upstream upstream,
            DocumentStore store,
            Renderer renderer,
            LongSupplier ticker,
            Scheduler scheduler,
            DocumentLog log) {
        this.policy = policy;
        this.upstream = upstream;
        this.store = store;
        this.renderer = renderer;
        this.ticker = ticker;
        this.scheduler = scheduler;
        this.log = log;
    }

    /** Returns what an earlier process has fetched, {@code null} if there is nothing. Blocks while it is read. */
    @Nullable
    Entry load(DocumentKind kind, ExpectedIssuer expectedIssuer) {
        StoredDocument stored = store.load(kind, expectedIssuer);
        if (stored == null) {
            return null;
        }
        long fetchedAt = ticker.getAsLong() - stored.age().toNanos();
        return new Entry(stored.document(), renderer.render(stored.document()), policy, fetchedAt, true);
    }

    /**
     * Makes a fetch. To be called once, without a lock; neither waits nor throws.
     *
     * @param end is told once what is served from now on, and how the fetch ended, before those who wait for the fetch are
     */
    void make(SharedFetch fetch, BiConsumer<@Nullable Entry, Attempt> end) {
        CompletableFuture<Document> fetched;
        try {
            if (fetch.last.timedOut()) {
                // Upstream hung a moment ago: a request that has a document does not wait to see whether it still does.
                fetch.releaseWaiters();
            } else {
                scheduler.after(CachePolicy.STALE_WAIT, fetch::releaseWaiters);
            }
            fetched = upstream.fetch(fetch);
        } catch (RuntimeException | Error e) {
            // Without this the fetch would be in flight for good: the system may have had no thread for it.
            fetched = CompletableFuture.failedFuture(e);
        }
        fetched.whenComplete((document, failure) -> {
            if (failure == null) {
                succeed(fetch, document, end);
            } else {
                fail(fetch, failure, end);
            }
        });
    }

    private void succeed(SharedFetch fetch, Document document, BiConsumer<@Nullable Entry, Attempt> end) {
        Entry fetched;
        try {
            fetched = new Entry(document, renderer.render(document), policy, ticker.getAsLong(), false);
            // Before another fetch can begin, so that no older document is saved after a newer one.
            store.save(document);
        } catch (RuntimeException | Error e) {
            fail(fetch, e, end);
            return;
        }
        end.accept(fetched, new Attempt(fetched.fetchedAt, 0, 0, false));
        try {
            log.fetched(fetch.known, fetched, document, fetch.last.failures(), fetch.took(fetched.fetchedAt));
        } finally {
            fetch.complete(fetched.miss);
        }
    }

    private void fail(SharedFetch fetch, Throwable thrown, BiConsumer<@Nullable Entry, Attempt> end) {
        Throwable failure = FetchException.unwrap(thrown);
        Entry known = fetch.known;
        long now = ticker.getAsLong();
        int failures = fetch.last.failures() + 1;
        boolean timedOut = failure instanceof FetchException e && e.outcome() == Outcome.TIMEOUT;
        end.accept(known, new Attempt(now, failures, policy.pauseAfter(failures), timedOut));
        try {
            log.failed(fetch.kind, failure, known == null ? null : known.age(now), fetch.took(now));
        } finally {
            fetch.completeWithoutDocument();
        }
    }
}
