// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.util.concurrent.CompletableFuture;

/** Whether the gateway can do its work: the port through which the web's health paths ask the cache. */
public interface Health {
    /**
     * Finds out whether both documents can be served. Never blocks.
     *
     * @return already complete where the answer is known; else completes within the upstream timeout, or within twice the
     *     timeout at a start, when one document is fetched after the other. Never completes exceptionally.
     */
    CompletableFuture<Boolean> check();
}
