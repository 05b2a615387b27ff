// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.io.Serial;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A document could not be fetched. The message tells an operator the cause and what to look at; it quotes neither the token
 * nor anything of the answer's body but an issuer, escaped and cut.
 */
public final class FetchException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What kind of failure it was. */
    private final Outcome outcome;

    /**
     * Creates the failure of one fetch.
     *
     * @param outcome what kind of failure it was
     * @param message the cause in words that an operator can act on, for instance {@code 401: is the token valid?}
     * @param cause what was thrown underneath, if anything was
     */
    public FetchException(Outcome outcome, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.outcome = outcome;
    }

    /**
     * Returns what kind of failure it was.
     *
     * @return the kind
     */
    public Outcome outcome() {
        return outcome;
    }

    /**
     * Returns what was thrown, without the exception in which a future wraps it.
     *
     * @param thrown what a future was completed with
     * @return the cause of a {@link CompletionException}, anything else as it is
     */
    public static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return thrown instanceof CompletionException && cause != null ? cause : thrown;
    }

    /** The ways in which a fetch can fail. */
    public enum Outcome {
        /** The exchange was not complete within the upstream timeout, or an address said nothing within its part of it. */
        TIMEOUT,
        /** The server's certificate was not accepted, the handshake failed, or there is no usable CA. */
        TLS,
        /** Upstream answered 401, or there is no usable token to ask with. */
        UNAUTHORIZED,
        /** Upstream answered 403. */
        FORBIDDEN,
        /** Upstream answered with another status than 200. */
        STATUS,
        /** The answer was not a valid document. */
        INVALID,
        /** The answer was larger than {@link Document#MAX_BYTES}. */
        TOO_LARGE,
        /** The connection could not be made, or broke. */
        IO
    }
}
