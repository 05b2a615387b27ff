// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentSource;
import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import io.github.kubeoidc.gateway.api.FetchException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Upstream as the cache asks it: what it sends is refused where it is not the expected issuer's.
 *
 * <p>A key set does not say whose it is. Under {@code EXPECTED_ISSUER} a discovery document decides that was asked for once the key
 * set was there: upstream may have become another cluster since an older one. Where only the discovery document cannot be had, what
 * it said last decides. A fetch of the discovery document has one of the key set begin before it. So both are due together from then
 * on, and each is fetched as often as without an expected issuer, while fetches succeed within {@link #KEYS_WAIT}.
 */
final class Upstream {
    /** How long the discovery document waits for the key set to come. Of one that hangs nobody knows whether it ever does. */
    private static final Duration KEYS_WAIT = Duration.ofSeconds(1);

    private static final CompletableFuture<?> NOTHING = CompletableFuture.completedFuture(null);

    private final DocumentSource source;
    private final boolean ofAnyIssuer;
    private final ExpectedIssuer expected;
    private final Function<DocumentKind, CachedDocument> documents;
    private final Scheduler scheduler;

    /** The key set after whose coming the newest discovery document was asked for: {@link SharedFetch#answered} of its fetch. */
    private volatile CompletableFuture<?> askedAfter = NOTHING;

    /**
     * Knows nothing yet of whose documents upstream sends.
     *
     * @param issuer the expected one, {@code null} for any
     * @param documents gives those that are fetched from here
     * @param scheduler ends the wait for a key set that does not come
     */
    Upstream(
            DocumentSource source,
            @Nullable String issuer,
            Function<DocumentKind, CachedDocument> documents,
            Scheduler scheduler) {
        this.source = source;
        this.ofAnyIssuer = issuer == null;
        this.expected = new ExpectedIssuer(issuer);
        this.documents = documents;
        this.scheduler = scheduler;
    }

    /** Fetches a document, as {@link DocumentSource} does. One fetch of each at a time. */
    CompletableFuture<Document> fetch(SharedFetch fetch) {
        if (ofAnyIssuer) {
            return source.fetch(fetch.kind);
        }
        return fetch.kind == DocumentKind.DISCOVERY ? fetchDiscovery() : fetchKeys(fetch.answered);
    }

    private CompletableFuture<Document> fetchDiscovery() {
        SharedFetch keys = documents.apply(DocumentKind.JWKS).fetchBeside();
        CompletableFuture<?> answered = keys == null ? NOTHING : keys.answered;
        CompletableFuture<Void> turn = new CompletableFuture<>();
        answered.thenRun(() -> turn.complete(null));
        if (!turn.isDone()) {
            scheduler.after(KEYS_WAIT, () -> turn.complete(null));
        }
        return turn.thenCompose(come -> {
                    askedAfter = answered.isDone() ? answered : NOTHING;
                    return source.fetch(DocumentKind.DISCOVERY);
                })
                .thenApply(this::accepted);
    }

    private CompletableFuture<Document> fetchKeys(CompletableFuture<Void> answered) {
        // What the source throws at once is to be a failure like any other.
        return NOTHING.thenCompose(nothing -> source.fetch(DocumentKind.JWKS))
                .whenComplete((keys, failure) -> {
                    if (failure != null) {
                        // When upstream answers again, it may be another cluster.
                        expected.forget();
                    }
                    answered.complete(null);
                })
                .thenCompose(keys -> documents
                        .apply(DocumentKind.DISCOVERY)
                        .fetchUntil(() -> askedAfter == answered)
                        .thenApply(decided -> accepted(keys)));
    }

    private Document accepted(Document document) {
        try {
            expected.accept(document);
            return document;
        } catch (FetchException e) {
            throw new CompletionException(e);
        }
    }

    /**
     * Tells whether requests leave a document alone though no fetch of it has failed: a key set that would be refused, as long as the
     * discovery document is. So neither waits for the other's pause.
     */
    boolean isLeftAlone(DocumentKind kind, long now) {
        return kind == DocumentKind.JWKS
                && expected.refusesKeys()
                && documents.apply(DocumentKind.DISCOVERY).isPaused(now);
    }
}
