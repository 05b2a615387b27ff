// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import org.jspecify.annotations.Nullable;

/**
 * A document that upstream sent and that was found valid: one UTF-8 JSON object with the members that its kind demands.
 *
 * @param kind which of the two
 * @param json the bytes as upstream sent them, at most {@value #MAX_BYTES}; never modified by who holds them
 * @param issuer the issuer that a discovery document names, {@code null} in a key set
 */
public record Document(
        DocumentKind kind, byte[] json, @Nullable String issuer) {
    /** The largest document that is accepted from upstream, in bytes. */
    public static final int MAX_BYTES = 1 << 20;
}
