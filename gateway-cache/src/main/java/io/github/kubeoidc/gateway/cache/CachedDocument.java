// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.DocumentKind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One document: the last good representation of it, the fetch in flight, and the memory of failures. */
final class CachedDocument {
    private static final CompletableFuture<Answer> NOTHING = CompletableFuture.completedFuture(Answer.NONE);
    private static final CompletableFuture<Boolean> HEALTHY = CompletableFuture.completedFuture(true);
    private static final CompletableFuture<Boolean> UNHEALTHY = CompletableFuture.completedFuture(false);

    private final DocumentKind kind;
    private final CachePolicy policy;
    private final Upstream upstream;
    private final Fetcher fetcher;
    private final LongSupplier ticker;

    // Written under the lock only; the way of a hit reads them without it.
    private volatile @Nullable Entry entry;
    private volatile @Nullable SharedFetch inFlight;
    private volatile Attempt last = Attempt.NONE;

    CachedDocument(
            DocumentKind kind,
            CachePolicy policy,
            Upstream upstream,
            Fetcher fetcher,
            LongSupplier ticker,
            @Nullable Entry stored) {
        this.kind = kind;
        this.policy = policy;
        this.upstream = upstream;
        this.fetcher = fetcher;
        this.ticker = ticker;
        this.entry = stored;
    }

    CompletableFuture<Answer> get() {
        Entry known = entry;
        long now = ticker.getAsLong();
        if (known == null || !known.isFresh(now)) {
            return getFetched(now);
        }
        if (known.isRefreshDue(now) && inFlight == null && !isPaused(now)) {
            fetchForRequest(now);
        }
        return known.hit;
    }

    private CompletableFuture<Answer> getFetched(long now) {
        SharedFetch fetch = fetchForRequest(now);
        if (fetch != null) {
            return fetch.forRequest();
        }
        Entry known = entry;
        if (known == null) {
            return NOTHING;
        }
        // No fetch is in flight: one has just ended, or upstream is left alone after a failure.
        return known.isFresh(now) ? known.hit : known.stale;
    }

    CompletableFuture<Boolean> checkHealth() {
        Entry known = entry;
        long now = ticker.getAsLong();
        if (policy.healthMaxStale() == 0) {
            SharedFetch fetch = fetchForProbe(now);
            return fetch == null ? lastSucceeded() : fetch.healthy;
        }
        boolean recent = known != null && known.age(now) <= policy.healthMaxStale();
        // Beyond the limit a failed refresh is tried again: a pod that is not ready gets no requests that would do it.
        if (known != null && known.isFresh(now) && (recent || last.succeeded())) {
            return HEALTHY;
        }
        SharedFetch fetch = fetchForProbe(now);
        if (recent) {
            return HEALTHY;
        }
        // The document is too old to say whether upstream is up now.
        return fetch == null ? lastSucceeded() : fetch.healthySoon;
    }

    /** Returns how long ago the document was fetched; {@code null} where there is none. */
    @Nullable
    Duration age() {
        Entry known = entry;
        return known == null ? null : Duration.ofNanos(known.age(ticker.getAsLong()));
    }

    /** Returns the document as it is served; {@code null} where there is none. */
    byte @Nullable [] body() {
        Entry known = entry;
        return known == null ? null : known.body;
    }

    /** Tells whether there is no document and no fetch has begun yet. */
    boolean isUnknown() {
        return entry == null && isUntried();
    }

    /** Tells whether no fetch has begun yet. */
    boolean isUntried() {
        // In this order: a fetch that ends sets the last attempt first.
        return inFlight == null && last == Attempt.NONE;
    }

    /** Returns a future that is complete once nothing is being fetched. */
    CompletableFuture<?> fetchInFlight() {
        SharedFetch fetch = inFlight;
        return fetch == null ? NOTHING : fetch.answer;
    }

    private CompletableFuture<Boolean> lastSucceeded() {
        return last.succeeded() ? HEALTHY : UNHEALTHY;
    }

    /** Tells whether requests leave upstream alone. */
    boolean isPaused(long now) {
        return last.isPaused(now) || upstream.isLeftAlone(kind, now);
    }

    private @Nullable SharedFetch fetchForRequest(long now) {
        return fetch(now, () -> isPaused(now) || isJustFetched(now));
    }

    /** Tells whether the fetch that a request was about to share has ended since the request looked. */
    private boolean isJustFetched(long now) {
        Entry known = entry;
        return known != null && known.isFresh(now) && !known.isRefreshDue(now);
    }

    /** Unlike a request, a probe ignores the back-off after a failure. */
    private @Nullable SharedFetch fetchForProbe(long now) {
        return fetch(now, () -> last.isRecent(now));
    }

    /** Returns the fetch in flight, or begins one with that of the other document unless upstream is left alone: then {@code null}. */
    @Nullable
    SharedFetch fetchBeside() {
        long now = ticker.getAsLong();
        return fetch(now, () -> isPaused(now));
    }

    /** Fetches the document until it is said to be enough, or upstream is left alone. Returns a future that is complete then. */
    CompletableFuture<?> fetchUntil(BooleanSupplier enough) {
        long now = ticker.getAsLong();
        SharedFetch fetch = fetch(now, () -> enough.getAsBoolean() || isPaused(now));
        // The fetch in flight may not be enough.
        return fetch == null ? NOTHING : fetch.answer.thenCompose(ended -> fetchUntil(enough));
    }

    /**
     * Returns the fetch in flight, or begins one unless it is too early for it.
     *
     * @param now when it begins
     * @param tooEarly is asked under the lock, when no fetch is in flight
     */
    private @Nullable SharedFetch fetch(long now, BooleanSupplier tooEarly) {
        SharedFetch fetch;
        synchronized (this) {
            if (inFlight != null) {
                return inFlight;
            }
            if (tooEarly.getAsBoolean()) {
                return null;
            }
            fetch = new SharedFetch(kind, entry, last, now);
            inFlight = fetch;
        }
        // Outside of the lock: it calls everything foreign.
        fetcher.make(fetch, this::end);
        return fetch;
    }

    /** Publishes what a fetch brought, so that no later request joins it. */
    private synchronized void end(@Nullable Entry fetched, Attempt attempt) {
        entry = fetched;
        last = attempt;
        inFlight = null;
    }
}
