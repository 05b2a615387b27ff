// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/** Tells which texts are URLs that relying parties can be given, or told by an API server. */
final class WebUrl {
    static final String JWKS_URI = "an https URL without user info and fragment";
    static final String ISSUER = "an https or http URL without user info, query and fragment";

    private static final int MAX_PORT = 65535;

    private WebUrl() {}

    /** Tells whether a text may be published as {@code jwks_uri} (OpenID Connect Discovery 1.0, section 3). */
    static boolean isJwksUri(String text) {
        return isUrl(text, Set.of("https"), true);
    }

    /**
     * Tells whether a text may be an issuer (OpenID Connect Discovery 1.0, section 3); also one with {@code http}, as some
     * clusters of developers have.
     */
    static boolean isIssuer(String text) {
        return isUrl(text, Set.of("https", "http"), false);
    }

    private static boolean isUrl(String text, Set<String> schemes, boolean mayHaveQuery) {
        try {
            URI uri = new URI(text);
            return uri.getScheme() != null
                    && schemes.contains(uri.getScheme().toLowerCase(Locale.ROOT))
                    && uri.getHost() != null
                    && uri.getRawAuthority().indexOf('@') < 0
                    && !uri.getRawAuthority().endsWith(":")
                    && uri.getPort() != 0
                    && uri.getPort() <= MAX_PORT
                    && (mayHaveQuery || uri.getRawQuery() == null)
                    && uri.getRawFragment() == null
                    // The class URI takes letters of every script, which RFC 3986 does not.
                    && StandardCharsets.US_ASCII.newEncoder().canEncode(text);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
