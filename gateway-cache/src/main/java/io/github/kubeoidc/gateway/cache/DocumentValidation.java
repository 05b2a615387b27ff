// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;

/** The rules that a document has to meet, wherever its bytes come from. */
@FunctionalInterface
public interface DocumentValidation {
    /**
     * Decides whether bytes are a document.
     *
     * @param kind which of the two
     * @param json the bytes
     * @return the document
     * @throws FetchException if they are none; its message quotes nothing of them
     */
    Document validate(DocumentKind kind, byte[] json) throws FetchException;
}
