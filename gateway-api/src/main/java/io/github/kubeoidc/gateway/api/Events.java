// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counts what happens in the gateway. Any thread calls these methods, most often one that answers a request: so no method may
 * block or throw.
 */
public interface Events {
    /** Counts nothing. */
    Events NONE = new Events() {
        @Override
        public void requestEnded(Route route, String method, int status, CacheStatus cache, long nanos) {
            // Nobody asks.
        }

        @Override
        public void fetchEnded(DocumentKind kind, @Nullable Outcome failure, Duration took) {
            // Nobody asks.
        }

        @Override
        public void keysChanged(int added, int removed) {
            // Nobody asks.
        }
    };

    /**
     * A request was answered.
     *
     * @param route what it asked for
     * @param method its method as the client sent it, which can be anything
     * @param status the status of the answer
     * @param cache where the answer comes from; {@link CacheStatus#NONE} where it is no document
     * @param nanos how long it took, in nanoseconds
     */
    void requestEnded(Route route, String method, int status, CacheStatus cache, long nanos);

    /**
     * A fetch from upstream ended.
     *
     * @param kind the document
     * @param failure how it failed; {@code null} where its document was accepted
     * @param took how long it took
     */
    void fetchEnded(DocumentKind kind, @Nullable Outcome failure, Duration took);

    /**
     * A key set was accepted that has other identifiers ({@code kid}) than the one before. At least one of the numbers is not 0.
     *
     * @param added how many are new
     * @param removed how many are no longer there
     */
    void keysChanged(int added, int removed);
}
