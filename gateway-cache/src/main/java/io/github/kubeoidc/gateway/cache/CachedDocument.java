// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentSource;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.api.Representation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One document: the last good representation of it, the fetch in flight, and the memory of failures. */
final class CachedDocument {
    private static final Logger LOG = LoggerFactory.getLogger(CachedDocument.class);
    private static final CompletableFuture<Answer> NOTHING = CompletableFuture.completedFuture(Answer.NONE);
    private static final CompletableFuture<Boolean> HEALTHY = CompletableFuture.completedFuture(true);
    private static final CompletableFuture<Boolean> UNHEALTHY = CompletableFuture.completedFuture(false);
    private static final int LOGGED_ISSUER_CHARACTERS = 256;

    private final DocumentKind kind;
    private final CachePolicy policy;
    private final DocumentSource source;
    private final DocumentStore store;
    private final Renderer renderer;
    private final LongSupplier ticker;
    private final Delayer delayer;

    // Written under the lock only; the way of a hit reads them without it.
    private volatile @Nullable Entry entry;
    private volatile @Nullable Fetch inFlight;
    private volatile @Nullable Attempt last;

    CachedDocument(
            DocumentKind kind,
            CachePolicy policy,
            DocumentSource source,
            DocumentStore store,
            Renderer renderer,
            LongSupplier ticker,
            Delayer delayer) {
        this.kind = kind;
        this.policy = policy;
        this.source = source;
        this.store = store;
        this.renderer = renderer;
        this.ticker = ticker;
        this.delayer = delayer;
        StoredDocument stored = store.load(kind);
        if (stored != null) {
            entry = new Entry(
                    renderer.render(stored.document()),
                    stored.document().issuer(),
                    ticker.getAsLong() - stored.age().toNanos(),
                    true);
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
        Fetch fetch = fetch(false);
        if (fetch != null) {
            // Not by what is known now: the fetch may have ended since, and patience with it before.
            return fetch.before == Answer.NONE ? fetch.answer : fetch.patientAnswer;
        }
        Entry known = entry;
        if (known == null) {
            return NOTHING;
        }
        // Nobody fetches: either it has just been done, or upstream is left alone.
        return isFresh(known, ticker.getAsLong()) ? known.hit : known.stale;
    }

    CompletableFuture<Boolean> checkHealth() {
        if (policy.healthMaxStale() == 0) {
            Fetch fetch = fetch(true);
            return fetch == null ? lastSucceeded() : fetch.answer.thenApply(CachedDocument::isFetched);
        }
        Entry known = entry;
        long now = ticker.getAsLong();
        boolean recent = known != null && now - known.fetchedAt <= policy.healthMaxStale();
        if (known != null && isFresh(known, now)) {
            return recent ? HEALTHY : lastSucceeded();
        }
        Fetch fetch = fetch(true);
        if (recent) {
            return HEALTHY;
        }
        // What is known says nothing of upstream's state now.
        return fetch == null ? lastSucceeded() : fetch.patientAnswer.thenApply(CachedDocument::isFetched);
    }

    /** Whether it is neither there nor was ever asked for. */
    boolean isUnknown() {
        return entry == null && last == null && inFlight == null;
    }

    /** Complete once nothing is being fetched. */
    CompletableFuture<?> fetchInFlight() {
        Fetch fetch = inFlight;
        return fetch == null ? NOTHING : fetch.answer;
    }

    private static boolean isFetched(Answer answer) {
        return answer.status() == CacheStatus.MISS;
    }

    private CompletableFuture<Boolean> lastSucceeded() {
        Attempt attempt = last;
        return attempt != null && attempt.failures == 0 ? HEALTHY : UNHEALTHY;
    }

    private boolean isFresh(Entry known, long now) {
        return !known.stored && policy.isFresh(now - known.fetchedAt);
    }

    private boolean isPaused(long now) {
        Attempt attempt = last;
        return attempt != null && attempt.failures > 0 && now - attempt.endedAt < attempt.pause;
    }

    /**
     * Returns the fetch in flight, or begins one unless it is too early for it.
     *
     * @param probe whether health asks, which needs not mind the pause after a failure but that since the last attempt
     */
    private @Nullable Fetch fetch(boolean probe) {
        Fetch fetch;
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
            fetch = new Fetch(entry);
            inFlight = fetch;
        }
        begin(fetch);
        return fetch;
    }

    private boolean isJustFetched(long now) {
        Entry known = entry;
        return known != null && isFresh(known, now) && !policy.isRefreshDue(now - known.fetchedAt);
    }

    private void begin(Fetch fetch) {
        Attempt attempt = last;
        if (attempt != null && attempt.timedOut) {
            // Upstream hung a moment ago: whoever has a document does not wait to see whether it still does.
            fetch.giveUpWaiting();
        } else {
            delayer.after(CachePolicy.PATIENCE, fetch::giveUpWaiting);
        }
        CompletableFuture<Document> fetched;
        try {
            fetched = source.fetch(kind);
        } catch (RuntimeException | Error e) {
            // Else it would be in flight for ever: the system may have had no thread for it.
            fetched = CompletableFuture.failedFuture(e);
        }
        fetched.whenComplete((document, failure) -> {
            if (failure == null) {
                try {
                    succeed(fetch, document);
                } catch (RuntimeException | Error e) {
                    fail(fetch, e);
                }
            } else {
                fail(fetch, failure);
            }
        });
    }

    private void succeed(Fetch fetch, Document document) {
        Representation representation = renderer.render(document);
        // While nobody else can begin a fetch, so that no older document is saved after a newer one.
        store.save(document);
        Entry old = entry;
        Entry fetched = new Entry(representation, document.issuer(), ticker.getAsLong(), false);
        Attempt before = end(fetched, new Attempt(fetched.fetchedAt, 0, 0, false));
        if (before != null && before.failures > 0) {
            LOG.info("path={} fetched again after {} failed", kind.path(), before.failures);
        }
        if (old != null && old.issuer != null && !old.issuer.equals(document.issuer())) {
            LOG.warn(
                    "path={} issuer changed from {} to {}: relying parties that trust the old one refuse new tokens",
                    kind.path(),
                    LogText.escape(old.issuer, LOGGED_ISSUER_CHARACTERS),
                    LogText.escape(String.valueOf(document.issuer()), LOGGED_ISSUER_CHARACTERS));
        }
        fetch.complete(new Answer(representation, CacheStatus.MISS));
    }

    private void fail(Fetch fetch, Throwable thrown) {
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        Entry known = entry;
        Attempt before = last;
        long now = ticker.getAsLong();
        int failures = before == null ? 1 : before.failures + 1;
        boolean timedOut = failure instanceof FetchException e && e.outcome() == Outcome.TIMEOUT;
        end(known, new Attempt(now, failures, policy.pauseAfter(failures), timedOut));
        LOG.warn(
                "path={} fetch failed: {}; {}",
                kind.path(),
                failure instanceof FetchException
                        ? failure.getMessage()
                        : failure.getClass().getSimpleName(),
                known == null
                        ? "there is no document to serve"
                        : "the document fetched "
                                + Duration.ofNanos(now - known.fetchedAt).toSeconds() + "s ago is served");
        LOG.debug("path={} fetch failed", kind.path(), failure);
        fetch.complete(known == null ? Answer.NONE : known.stale.join());
    }

    /** Publishes what a fetch brought, so that whoever comes from now on does not join it, and returns the attempt before. */
    private synchronized @Nullable Attempt end(@Nullable Entry fetched, Attempt attempt) {
        Attempt before = last;
        entry = fetched;
        last = attempt;
        inFlight = null;
        return before;
    }

    /** A fetched document, with the answers that can be given from it. */
    private static final class Entry {
        private final CompletableFuture<Answer> hit;
        private final CompletableFuture<Answer> stale;
        private final @Nullable String issuer;
        private final long fetchedAt;

        /** Whether an earlier process fetched it, so that it counts as stale, however young it is. */
        private final boolean stored;

        Entry(Representation representation, @Nullable String issuer, long fetchedAt, boolean stored) {
            this.hit = CompletableFuture.completedFuture(new Answer(representation, CacheStatus.HIT));
            this.stale = CompletableFuture.completedFuture(new Answer(representation, CacheStatus.STALE));
            this.issuer = issuer;
            this.fetchedAt = fetchedAt;
            this.stored = stored;
        }
    }

    /**
     * How the last fetch ended.
     *
     * @param failures how many have failed in a row, 0 after a success
     * @param pause how long requests leave upstream alone from {@code endedAt} on
     */
    private record Attempt(long endedAt, int failures, long pause, boolean timedOut) {}

    /** One fetch and those who wait for it. */
    private static final class Fetch {
        /** Complete when the fetch is: with what it brought, or else with what there was before. */
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();

        /** Complete when the fetch is or patience ends, whichever is first. */
        private final CompletableFuture<Answer> patientAnswer = new CompletableFuture<>();

        private final Answer before;

        Fetch(@Nullable Entry known) {
            before = known == null ? Answer.NONE : known.stale.join();
        }

        void giveUpWaiting() {
            patientAnswer.complete(before);
        }

        void complete(Answer result) {
            answer.complete(result);
            patientAnswer.complete(result);
        }
    }
}
