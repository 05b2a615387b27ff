// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import java.io.Serial;

/** The address to listen on cannot be bound. The message is one line that names it. */
public final class CannotListenException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    CannotListenException(String message, Throwable cause) {
        super(message, cause);
    }
}
