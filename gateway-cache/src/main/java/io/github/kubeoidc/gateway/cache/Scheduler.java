// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import java.time.Duration;

/** Runs a task later, so that no thread has to wait. */
@FunctionalInterface
public interface Scheduler {
    /**
     * Runs a task once, after a delay. Does not block.
     *
     * @param delay how long from now
     * @param task answers all requests that wait, one after the other; does not throw
     */
    void after(Duration delay, Runnable task);
}
