// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A document that upstream sent and that was found valid: one UTF-8 JSON object with the members that its kind demands.
 *
 * @param kind which of the two
 * @param json the bytes as upstream sent them, at most {@value #MAX_BYTES}; callers must not modify the array
 * @param issuer the issuer that a discovery document names, {@code null} in a key set
 * @param upstreamMaxAge how long upstream allows the document to be kept ({@code max-age}, RFC 9111, section 5.2.2.1), in
 *     whole seconds, not negative; {@code null} where upstream did not say
 */
public record Document(
        DocumentKind kind,
        byte[] json,
        @Nullable String issuer,
        @Nullable Duration upstreamMaxAge) {
    /** The largest document that is accepted from upstream, in bytes. */
    public static final int MAX_BYTES = 1 << 20;

    /**
     * Creates a document for which upstream sent no {@code max-age}.
     *
     * @param kind which of the two
     * @param json the bytes as upstream sent them
     * @param issuer the issuer that a discovery document names, {@code null} in a key set
     */
    public Document(DocumentKind kind, byte[] json, @Nullable String issuer) {
        this(kind, json, issuer, null);
    }

    /**
     * Returns the same document with the {@code max-age} that upstream sent.
     *
     * @param maxAge whole seconds, not negative; {@code null} where upstream did not say
     * @return a document
     */
    public Document withUpstreamMaxAge(@Nullable Duration maxAge) {
        return new Document(kind, json, issuer, maxAge);
    }
}
