// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import java.io.Serial;

/** A stored file is not to be used; the message says why, as the rest of a sentence, and quotes nothing of the file. */
final class UnusableFileException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    UnusableFileException(String message) {
        super(message);
    }
}
