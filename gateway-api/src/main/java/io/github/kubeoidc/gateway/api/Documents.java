// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.util.concurrent.CompletableFuture;

/** The documents as they can be served now: the port through which the web asks the cache. */
public interface Documents {
    /**
     * Looks a document up, and has it fetched where that is due. Never blocks.
     *
     * @param kind the document that is asked for
     * @return already complete where nothing has to be waited for; else completes within the upstream timeout. Never
     *     completes exceptionally. It may be shared between callers: they only read it.
     */
    CompletableFuture<Answer> get(DocumentKind kind);
}
