// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.parties;

import java.security.PrivateKey;
import java.util.regex.Pattern;

/** A token that a relying party has to refuse, and what tells that it does so for that reason. */
enum Refused {
    WRONG_AUDIENCE("another audience", "(?i)aud"),
    EXPIRED("expired", "(?i)expire|\"exp\"|exp claim"),
    OTHER_ISSUER("another issuer", "(?i)\\biss\\b|issuer"),
    OTHER_KEY("another key under the same `kid`", "(?i)signature"),
    // SmallRye JWT (SRJWT07005) says no more of this and the next than that there is no key, Micronaut of the next no
    // more
    // than that it is not verified.
    UNSIGNED("`alg: none`", "(?i)\\bnone\\b|unsecured|algorithm|non-signed|signed id token expected|SRJWT07005"),
    UNKNOWN_KEY("an unknown `kid`", "(?i)matching key|key found|find a suitable|not verified|SRJWT07005");

    private final String title;
    private final Pattern reason;

    Refused(String title, String reason) {
        this.title = title;
        this.reason = Pattern.compile(reason);
    }

    String title() {
        return title;
    }

    /** Whether the API server's own key makes it. */
    boolean needsKey() {
        return this == EXPIRED || this == OTHER_ISSUER;
    }

    Pattern reason() {
        return reason;
    }

    /**
     * Makes it.
     *
     * @param good a token that is accepted
     * @param foreign a token of the same account for somebody else
     * @param key what the API server signs with
     * @param other a key that nobody publishes
     */
    Token token(Token good, Token foreign, PrivateKey key, PrivateKey other) {
        return switch (this) {
            case WRONG_AUDIENCE -> foreign;
            case EXPIRED -> good.expired(key);
            case OTHER_ISSUER -> good.issuedBy("https://another-issuer.example", key);
            case OTHER_KEY -> good.signedBy(other);
            case UNSIGNED -> good.unsigned();
            case UNKNOWN_KEY -> good.ofUnknownKey(other);
        };
    }
}
