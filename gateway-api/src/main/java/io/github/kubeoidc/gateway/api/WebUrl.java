// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads URLs of servers, and tells which of them relying parties can be given, or told by an API server. */
public final class WebUrl {
    /** What may be published as {@code jwks_uri} (OpenID Connect Discovery 1.0, section 3). */
    static final ValueKind<String> JWKS_URI =
            ValueKind.url("an https URL without user info and fragment", WebUrl::isJwksUri);

    /**
     * What may be an issuer (OpenID Connect Discovery 1.0, section 3); also one with {@code http}, as some clusters of developers
     * have.
     */
    static final ValueKind<String> ISSUER =
            ValueKind.url("an https or http URL without user info, query and fragment", WebUrl::isIssuer);

    private static final Set<String> SCHEMES = Set.of("https", "http");
    static final int MAX_PORT = 65535;

    private WebUrl() {}

    /**
     * Reads an https or http URL that has a host, no port that does not exist, no user info and no fragment.
     *
     * @param text any text
     * @return the URL as it is written; {@code null} where the text is none
     */
    public static @Nullable URI parse(String text) {
        try {
            URI uri = new URI(text);
            boolean isUrl = uri.getScheme() != null
                    && SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
                    && uri.getHost() != null
                    && uri.getRawAuthority().indexOf('@') < 0
                    && !uri.getRawAuthority().endsWith(":")
                    && uri.getPort() != 0
                    && uri.getPort() <= MAX_PORT
                    && uri.getRawFragment() == null;
            return isUrl ? uri : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static boolean isJwksUri(String text) {
        URI uri = parse(text);
        return uri != null && uri.getScheme().equalsIgnoreCase("https") && isAscii(text);
    }

    private static boolean isIssuer(String text) {
        URI uri = parse(text);
        return uri != null && uri.getRawQuery() == null && isAscii(text);
    }

    /** The class URI takes letters of every script, which RFC 3986 does not. */
    private static boolean isAscii(String text) {
        return StandardCharsets.US_ASCII.newEncoder().canEncode(text);
    }
}
