// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server.tls;

import java.io.Serial;

/** A certificate chain or a key cannot be used. The message says why, goes on after the file's name, and quotes nothing of it. */
final class UnusableTlsFileException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    UnusableTlsFileException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
