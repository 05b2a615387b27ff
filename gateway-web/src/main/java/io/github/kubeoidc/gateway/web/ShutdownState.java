// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

/**
 * Whether the gateway is about to stop. From then on {@code /readyz} is 503 and every answer asks the client to close the
 * connection, while requests are answered as before.
 */
public final class ShutdownState {
    private volatile boolean begun;

    /** Creates the state of a gateway that is not about to stop. */
    public ShutdownState() {}

    /** Begins to stop, which cannot be undone. */
    public void begin() {
        begun = true;
    }

    boolean hasBegun() {
        return begun;
    }
}
