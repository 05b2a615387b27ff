// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

/** Where an {@link Answer} comes from. */
public enum CacheStatus {
    /** From memory, and fresh: fetched at most {@code CACHE_TTL_SECONDS} ago. */
    HIT,
    /** From memory, and older, as upstream could not be asked or did not answer soon enough. */
    STALE,
    /** From a fetch that the request waited for. */
    MISS,
    /** There is no document. */
    NONE;

    /**
     * Tells whether the answer was already in memory, stale ones included.
     *
     * @return {@code true} for {@link #HIT} and {@link #STALE}
     */
    public boolean fromMemory() {
        return this == HIT || this == STALE;
    }
}
