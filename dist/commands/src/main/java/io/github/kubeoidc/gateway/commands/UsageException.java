// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

/** Arguments that no command takes. The message names what was given and what is allowed. */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
