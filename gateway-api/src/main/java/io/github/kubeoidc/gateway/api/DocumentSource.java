// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.util.concurrent.CompletableFuture;

/** Where documents come from: the port through which the cache asks the API server. */
public interface DocumentSource {
    /**
     * Fetches one document anew. Never blocks the caller. Asks each address of upstream once at most, and one more time where a
     * kept connection to it had ended.
     *
     * @param kind the document to fetch
     * @return completes within the upstream timeout, with a valid document or exceptionally with a {@link FetchException};
     *     on a thread that may be used for short work only
     */
    CompletableFuture<Document> fetch(DocumentKind kind);
}
