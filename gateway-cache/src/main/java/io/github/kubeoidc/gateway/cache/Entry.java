// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.Representation;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A document that was fetched, with the answers that can be given from it: made once, and given to every request. */
final class Entry {
    /** The answer while the document is fresh. */
    final CompletableFuture<Answer> hit;

    /** The answer when it no longer is. */
    final CompletableFuture<Answer> stale;

    /** The answer to the requests that waited for the fetch. */
    final Answer miss;

    /** The document as it is served. */
    final byte[] body;

    final @Nullable String issuer;

    /** On the monotonic clock; before this process began for a document of an earlier one. */
    final long fetchedAt;

    // Of an earlier process: so it counts as stale, however young it is.
    private final boolean stored;

    private final CachePolicy policy;

    Entry(Document document, Representation representation, CachePolicy policy, long fetchedAt, boolean stored) {
        long fresh = policy.maxAgeSeconds(document);
        this.hit = CompletableFuture.completedFuture(new Answer(representation, CacheStatus.HIT, fresh));
        this.stale = CompletableFuture.completedFuture(
                new Answer(representation, CacheStatus.STALE, policy.staleMaxAgeSeconds(fresh)));
        this.miss = new Answer(representation, CacheStatus.MISS, fresh);
        this.body = representation.body();
        this.issuer = document.issuer();
        this.fetchedAt = fetchedAt;
        this.stored = stored;
        this.policy = policy;
    }

    long age(long now) {
        return now - fetchedAt;
    }

    boolean isFresh(long now) {
        return !stored && policy.isFresh(age(now));
    }

    /** Tells whether the document is to be fetched anew in the background, although it may still be fresh. */
    boolean isRefreshDue(long now) {
        return policy.isRefreshDue(age(now));
    }
}
