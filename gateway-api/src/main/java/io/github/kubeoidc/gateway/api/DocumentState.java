// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The documents as they are now, for metrics. No method blocks or causes a fetch. */
public interface DocumentState {
    /**
     * Returns how long ago a document was fetched.
     *
     * @param kind the document
     * @return its age, by an earlier process included; {@code null} where there is no document
     */
    @Nullable
    Duration age(DocumentKind kind);

    /**
     * Reads the keys that are published.
     *
     * @return the keys; {@code null} where there is no key set
     */
    @Nullable
    PublishedKeys keys();
}
