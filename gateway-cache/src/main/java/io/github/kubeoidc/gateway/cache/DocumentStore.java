// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import org.jspecify.annotations.Nullable;

/** Where the last good documents outlive the process. */
public interface DocumentStore extends AutoCloseable {
    /** Keeps nothing. */
    DocumentStore NONE = new DocumentStore() {
        @Override
        public @Nullable StoredDocument load(DocumentKind kind, DocumentCheck check) {
            return null;
        }

        @Override
        public void save(Document document) {}

        @Override
        public void close() {}
    };

    /**
     * Finds the document that was saved last. Blocks while it is read; what is there and cannot be used is logged.
     *
     * @param kind the document to find
     * @param check refuses a valid document all the same
     * @return a valid document that was not refused, {@code null} if there is none
     */
    @Nullable
    StoredDocument load(DocumentKind kind, DocumentCheck check);

    /**
     * Keeps a document that was fetched just now, in place of the one before. Does not block, and does not throw: what cannot
     * be kept is logged.
     *
     * @param document the document, valid
     */
    void save(Document document);

    /** Finishes what was saved, within a second. What is saved afterwards is not kept. */
    @Override
    void close();
}
