// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentSource;
import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import io.github.kubeoidc.gateway.api.FetchException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Upstream as the cache asks it: what it sends is refused where it is not the expected issuer's.
 *
 * <p>A key set does not say whose it is. Under {@code EXPECTED_ISSUER} a discovery document decides that was asked for once the key
 * set was there: upstream may have become another cluster since an older one. Where only the discovery document cannot be had, what
 * it said last decides. Each fetch of the discovery document begins with one of the key set. So both are due together from then on,
 * and each is fetched as often as without an expected issuer, while fetches succeed.
 */
final class Upstream {
    private static final CompletableFuture<?> NOTHING = CompletableFuture.completedFuture(null);

    private final DocumentSource source;
    private final boolean ofAnyIssuer;
    private final ExpectedIssuer expected;
    private final Function<DocumentKind, CachedDocument> documents;

    /** Is complete once the newest fetch of the key set has ended. */
    private volatile CompletableFuture<?> keysEnd = NOTHING;

    /** The fetch of the key set, by its end, after which the newest discovery document was asked for. */
    private volatile CompletableFuture<?> askedAfter = NOTHING;

    /**
     * Knows nothing yet of whose documents upstream sends.
     *
     * @param issuer the expected one, {@code null} for any
     * @param documents gives those that are fetched from here
     */
    Upstream(DocumentSource source, @Nullable String issuer, Function<DocumentKind, CachedDocument> documents) {
        this.source = source;
        this.ofAnyIssuer = issuer == null;
        this.expected = new ExpectedIssuer(issuer);
        this.documents = documents;
    }

    /** Fetches a document, as {@link DocumentSource} does. One fetch of each at a time. */
    CompletableFuture<Document> fetch(DocumentKind kind) {
        if (ofAnyIssuer) {
            return source.fetch(kind);
        }
        return kind == DocumentKind.DISCOVERY ? fetchDiscovery() : fetchKeys();
    }

    private CompletableFuture<Document> fetchDiscovery() {
        documents.apply(DocumentKind.JWKS).fetchBeside();
        CompletableFuture<?> keys = keysEnd;
        return keys.thenCompose(ended -> {
                    askedAfter = keys;
                    return source.fetch(DocumentKind.DISCOVERY);
                })
                .thenApply(this::accepted);
    }

    private CompletableFuture<Document> fetchKeys() {
        CompletableFuture<Document> fetched = NOTHING.thenCompose(nothing -> source.fetch(DocumentKind.JWKS));
        CompletableFuture<?> end = fetched.handle((keys, failure) -> {
            if (failure != null) {
                // When upstream answers again, it may be another cluster.
                expected.forget();
            }
            return null;
        });
        keysEnd = end;
        return end.thenCompose(ended -> fetched)
                .thenCompose(keys -> documents
                        .apply(DocumentKind.DISCOVERY)
                        .fetchUntil(() -> askedAfter == end)
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
