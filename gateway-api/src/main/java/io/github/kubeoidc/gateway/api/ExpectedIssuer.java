// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Accepts the documents of one issuer only, where one is configured. A key set does not say whose it is: the newest discovery
 * document from the same place (upstream, or the store) says it. Without one no key set is accepted. Any thread may ask.
 */
public final class ExpectedIssuer {
    private static final int MAX_URL = 256;

    private final @Nullable String expected;

    /** The issuer of the newest discovery document, refused or not; {@code null} where that does not count, or there is none. */
    private volatile @Nullable String newest;

    /**
     * Knows no document yet.
     *
     * @param expected compared character for character; {@code null} to accept every issuer
     */
    public ExpectedIssuer(@Nullable String expected) {
        this.expected = expected;
    }

    /** What documents said so far does not say whose the next ones are: they come from another place, or may do so. */
    public void forget() {
        newest = null;
    }

    /**
     * Tells whether a key set would be refused now.
     *
     * @return whether the newest discovery document does not have the expected issuer, or there is none that counts
     */
    public boolean refusesKeys() {
        return expected != null && !expected.equals(newest);
    }

    /**
     * Accepts a document or refuses it, and remembers the issuer that the newest discovery document names, accepted or not.
     * Does not block.
     *
     * @param document the document, valid; of both documents the discovery document has to come first
     * @throws FetchException if it is another issuer's, or a key set of which nobody knows whose it is; its message is the
     *     rest of a sentence that begins with <em>it is</em>
     */
    public void accept(Document document) throws FetchException {
        if (expected == null) {
            return;
        }
        if (document.kind() == DocumentKind.DISCOVERY) {
            newest = document.issuer();
        }
        String issuer = newest;
        if (!expected.equals(issuer)) {
            String problem = issuer == null
                    ? "its issuer is not known, as no discovery document came with it"
                    : (document.kind() == DocumentKind.DISCOVERY ? "its issuer is " : "the issuer beside it is ")
                            + LogText.escape(issuer, MAX_URL);
            throw new FetchException(
                    Outcome.INVALID,
                    "not a valid document: " + problem + ", and EXPECTED_ISSUER is "
                            + LogText.escape(expected, MAX_URL)
                            + (issuer != null && isOneSlashAway(issuer, expected)
                                    ? ", which differs by the slash at the end alone"
                                    : ""),
                    null);
        }
    }

    /**
     * Tells whether two issuers are the same but for a slash at the end, which makes them different issuers.
     *
     * @param one an issuer
     * @param other another one
     * @return whether one is the other and a slash
     */
    public static boolean isOneSlashAway(String one, String other) {
        return one.equals(other + "/") || other.equals(one + "/");
    }
}
