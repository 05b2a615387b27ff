// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import org.jspecify.annotations.Nullable;

/**
 * The cache's answer to one request for a document.
 *
 * @param representation the document, or {@code null} where it was never fetched and cannot be fetched now
 * @param status where the answer comes from; {@link CacheStatus#NONE} exactly if there is no representation
 * @param maxAgeSeconds how long a relying party may keep the document ({@code max-age}, RFC 9111, section 5.2.2.1), in
 *     seconds, not negative
 */
public record Answer(@Nullable Representation representation, CacheStatus status, long maxAgeSeconds) {
    /** The answer where there is no document. */
    public static final Answer NONE = new Answer(null, CacheStatus.NONE, 0);
}
