// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.FetchException;

/** What a valid document has to be beyond that, to be served by this gateway. */
@FunctionalInterface
public interface DocumentCheck {
    /**
     * Decides whether a document is accepted. Does not block.
     *
     * @param document the document, valid
     * @throws FetchException if it is not; its message says why, as the rest of a sentence that begins with <em>it is</em>
     */
    void check(Document document) throws FetchException;
}
