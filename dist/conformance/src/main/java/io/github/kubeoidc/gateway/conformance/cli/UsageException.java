// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

/** The command was called in a way that it does not understand. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Names what was given and what is allowed. */
    UsageException(String message) {
        super(message);
    }
}
