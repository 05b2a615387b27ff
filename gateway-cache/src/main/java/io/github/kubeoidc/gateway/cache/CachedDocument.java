// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentSource;
import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.Renderer;
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
    private final DocumentSource source;
    private final DocumentStore store;
    private final ExpectedIssuer expectedIssuer;
    private final Renderer renderer;
    private final LongSupplier ticker;
    private final Scheduler scheduler;
    private final DocumentLog log;

    private BooleanSupplier leftAlone = () -> false;

    // Written under the lock only; the way of a hit reads them without it.
    private volatile @Nullable Entry entry;
    private volatile @Nullable SharedFetch inFlight;
    private volatile @Nullable Attempt last;

    CachedDocument(
            DocumentKind kind,
            CachePolicy policy,
            DocumentSource source,
            DocumentStore store,
            ExpectedIssuer expectedIssuer,
            Renderer renderer,
            LongSupplier ticker,
            Scheduler scheduler,
            DocumentLog log) {
        this.kind = kind;
        this.policy = policy;
        this.source = source;
        this.store = store;
        this.expectedIssuer = expectedIssuer;
        this.renderer = renderer;
        this.ticker = ticker;
        this.scheduler = scheduler;
        this.log = log;
        StoredDocument stored = store.load(kind, expectedIssuer);
        if (stored != null) {
            long fetchedAt = ticker.getAsLong() - stored.age().toNanos();
            entry = new Entry(stored.document(), renderer.render(stored.document()), policy, fetchedAt, true);
        }
    }

    CompletableFuture<Answer> get() {
        Entry known = entry;
        long now = ticker.getAsLong();
        if (known == null || !isFresh(known, now)) {
            return getFetched();
        }
        if (policy.isRefreshDue(now - known.fetchedAt) && inFlight == null && !isPaused(now)) {
            fetch(false);
        }
        return known.hit;
    }

    private CompletableFuture<Answer> getFetched() {
        SharedFetch fetch = fetch(false);
        if (fetch != null) {
            return fetch.forRequest();
        }
        Entry known = entry;
        if (known == null) {
            return NOTHING;
        }
        // No fetch is in flight: one has just ended, or upstream is left alone after a failure.
        return isFresh(known, ticker.getAsLong()) ? known.hit : known.stale;
    }

    CompletableFuture<Boolean> checkHealth() {
        if (policy.healthMaxStale() == 0) {
            SharedFetch fetch = fetch(true);
            return fetch == null ? lastSucceeded() : fetch.healthy;
        }
        Entry known = entry;
        long now = ticker.getAsLong();
        boolean recent = known != null && now - known.fetchedAt <= policy.healthMaxStale();
        if (known != null && isFresh(known, now)) {
            return recent ? HEALTHY : lastSucceeded();
        }
        SharedFetch fetch = fetch(true);
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
        return known == null ? null : Duration.ofNanos(ticker.getAsLong() - known.fetchedAt);
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
        return inFlight == null && last == null;
    }

    /** Returns a future that is complete once nothing is being fetched. */
    CompletableFuture<?> fetchInFlight() {
        SharedFetch fetch = inFlight;
        return fetch == null ? NOTHING : fetch.answer;
    }

    private CompletableFuture<Boolean> lastSucceeded() {
        Attempt attempt = last;
        return attempt != null && attempt.failures == 0 ? HEALTHY : UNHEALTHY;
    }

    private boolean isFresh(Entry known, long now) {
        return !known.stored && policy.isFresh(now - known.fetchedAt);
    }

    /** Whether requests leave upstream alone after a failure. */
    boolean isPaused() {
        return isPaused(ticker.getAsLong());
    }

    private boolean isPaused(long now) {
        Attempt attempt = last;
        return attempt != null && now - attempt.endedAt < attempt.pause || leftAlone.getAsBoolean();
    }

    /** Has requests leave upstream alone for another reason too. To be called before the first of them. */
    void leaveAloneWhile(BooleanSupplier condition) {
        leftAlone = condition;
    }

    /**
     * Returns the fetch in flight, or begins one unless it is too early for it.
     *
     * @param probe true for a health probe: it ignores the back-off after a failure, but not {@code PROBE_INTERVAL}
     */
    private @Nullable SharedFetch fetch(boolean probe) {
        SharedFetch fetch;
        synchronized (this) {
            if (inFlight != null) {
                return inFlight;
            }
            long now = ticker.getAsLong();
            Attempt attempt = last;
            boolean tooEarly = probe
                    ? attempt != null && now - attempt.endedAt < CachePolicy.PROBE_INTERVAL
                    // The fetch that a request was about to share may have ended since it looked.
                    : isPaused(now) || isJustFetched(now);
            if (tooEarly) {
                return null;
            }
            fetch = new SharedFetch(entry, now);
            inFlight = fetch;
        }
        begin(fetch);
        return fetch;
    }

    /** When the fetch in flight began, on the ticker. To be called by the source, which is asked by a fetch. */
    long begunAt() {
        return inFlight.begunAt;
    }

    /**
     * Begins a fetch with that of the other document, unless one is in flight or upstream is left alone after a failure.
     *
     * @param begunAt when that of the other document began
     */
    void fetchBeside(long begunAt) {
        SharedFetch fetch;
        synchronized (this) {
            if (inFlight != null || isPaused(begunAt)) {
                return;
            }
            fetch = new SharedFetch(entry, begunAt);
            inFlight = fetch;
        }
        begin(fetch);
    }

    /**
     * Returns a future that is complete once a fetch has ended that began no earlier than a moment, and not long before now. Begins
     * one where there is none, unless upstream is left alone after a failure.
     */
    CompletableFuture<?> fetchSince(long moment) {
        SharedFetch fetch;
        synchronized (this) {
            if (inFlight != null) {
                SharedFetch before = inFlight;
                return before.begunAt - moment >= 0
                        ? before.answer
                        : before.answer.thenCompose(ended -> fetchSince(moment));
            }
            Attempt attempt = last;
            long now = ticker.getAsLong();
            boolean recent = attempt != null
                    && attempt.begunAt - moment >= 0
                    && now - attempt.endedAt < CachePolicy.PROBE_INTERVAL;
            if (recent || isPaused(now)) {
                return NOTHING;
            }
            fetch = new SharedFetch(entry, now);
            inFlight = fetch;
        }
        begin(fetch);
        return fetch.answer;
    }

    private boolean isJustFetched(long now) {
        Entry known = entry;
        return known != null && isFresh(known, now) && !policy.isRefreshDue(now - known.fetchedAt);
    }

    private void begin(SharedFetch fetch) {
        CompletableFuture<Document> fetched;
        try {
            Attempt attempt = last;
            if (attempt != null && attempt.timedOut) {
                // Upstream hung a moment ago: a request that has a document does not wait to see whether it still does.
                fetch.releaseWaiters();
            } else {
                scheduler.after(CachePolicy.STALE_WAIT, fetch::releaseWaiters);
            }
            fetched = source.fetch(kind);
        } catch (RuntimeException | Error e) {
            // Without this the fetch would be in flight for good: the system may have had no thread for it.
            fetched = CompletableFuture.failedFuture(e);
        }
        fetched.whenComplete((document, failure) -> {
            if (failure == null) {
                succeed(fetch, document);
            } else {
                fail(fetch, failure);
            }
        });
    }

    private void succeed(SharedFetch fetch, Document document) {
        Entry old = entry;
        Entry fetched;
        try {
            expectedIssuer.accept(document);
            fetched = new Entry(document, renderer.render(document), policy, ticker.getAsLong(), false);
            // Before another fetch can begin, so that no older document is saved after a newer one.
            store.save(document);
        } catch (FetchException | RuntimeException | Error e) {
            fail(fetch, e);
            return;
        }
        Attempt before = end(fetched, new Attempt(fetch.begunAt, fetched.fetchedAt, 0, 0, false));
        try {
            log.fetched(old, fetched, document, before == null ? 0 : before.failures, took(fetch, fetched.fetchedAt));
        } finally {
            fetch.complete(fetched.miss);
        }
    }

    private void fail(SharedFetch fetch, Throwable thrown) {
        Throwable failure = FetchException.unwrap(thrown);
        Entry known = entry;
        Attempt before = last;
        long now = ticker.getAsLong();
        int failures = before == null ? 1 : before.failures + 1;
        boolean timedOut = failure instanceof FetchException e && e.outcome() == Outcome.TIMEOUT;
        end(known, new Attempt(fetch.begunAt, now, failures, policy.pauseAfter(failures), timedOut));
        try {
            log.failed(kind, failure, known == null ? null : now - known.fetchedAt, took(fetch, now));
        } finally {
            fetch.complete(known == null ? Answer.NONE : known.stale.join());
        }
    }

    private static Duration took(SharedFetch fetch, long endedAt) {
        return Duration.ofNanos(endedAt - fetch.begunAt);
    }

    /** Publishes what a fetch brought, so that no later request joins it, and returns the attempt before. */
    private synchronized @Nullable Attempt end(@Nullable Entry fetched, Attempt attempt) {
        Attempt before = last;
        entry = fetched;
        last = attempt;
        inFlight = null;
        return before;
    }

    /**
     * How the last fetch ended.
     *
     * @param failures how many have failed in a row, 0 after a success
     * @param pause how long requests leave upstream alone from {@code endedAt} on, 0 after a success
     */
    private record Attempt(long begunAt, long endedAt, int failures, long pause, boolean timedOut) {}
}
