// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import org.jspecify.annotations.Nullable;

/** Keeps the last good documents beyond the end of the process. */
public interface DocumentStore extends AutoCloseable {
    /** Keeps nothing. */
    DocumentStore NONE = new DocumentStore() {
        @Override
        public @Nullable StoredDocument load(DocumentKind kind, ExpectedIssuer expectedIssuer) {
            return null;
        }

        @Override
        public void save(Document document) {}

        @Override
        public void close() {}
    };

    /**
     * Finds the document that was saved last. Blocks while it is read. Logs a stored document that cannot be used.
     *
     * @param kind the document to find
     * @param expectedIssuer may refuse a valid document
     * @return a valid document that was not refused, {@code null} if there is none
     */
    @Nullable
    StoredDocument load(DocumentKind kind, ExpectedIssuer expectedIssuer);

    /**
     * Keeps a document that was fetched just now, in place of the one before. Does not block, and does not throw: a failure is
     * logged.
     *
     * @param document the document, valid
     */
    void save(Document document);

    /** Finishes what was saved, within a second. What is saved afterwards is not kept. */
    @Override
    void close();
}
