// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the base URL of the API server. */
final class UpstreamUrl {
    static final ValueKind<URI> KIND = new ValueKind<>(
            "an https URL, or an http URL of a loopback address, as the token would travel in clear;"
                    + " no user info, query or fragment",
            UpstreamUrl::parse,
            UpstreamUrl::redact);

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[(0*:)*:?0*1]");
    private static final Pattern USER_INFO = Pattern.compile("(?s)^((?i:https?)://)?.*(?:@|%40|\uff20)");
    // An @ in a query, or the end of a user info with a ? in it: nobody can tell, so that nothing of it is shown.
    private static final Pattern UNCLEAR = Pattern.compile("(?s)^((?i:https?)://)?[^?#]*[?#].*@.*");
    private static final Pattern SECRET_QUERY = Pattern.compile("(?s)([?#]).*");

    private UpstreamUrl() {}

    /** Returns the URL without a slash at its end, or {@code null} where it is not allowed. */
    private static @Nullable URI parse(String text) {
        URI uri = WebUrl.parse(text);
        if (uri == null || uri.getRawQuery() != null) {
            return null;
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        // An IPv6 zone is the name of a network interface, whose case counts.
        int zone = (uri.getHost() + "%").indexOf('%');
        String host = uri.getHost().substring(0, zone).toLowerCase(Locale.ROOT)
                + uri.getHost().substring(zone);
        if (scheme.equals("http") && !LOOPBACK.matcher(host).matches()) {
            return null;
        }
        String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
        return URI.create(scheme + "://" + host + port + uri.getRawPath().replaceFirst("/+$", ""));
    }

    /** Leaves out what may be secret in a URL that was refused: its user info, query and fragment. */
    static String redact(String text) {
        Matcher unclear = UNCLEAR.matcher(text);
        return unclear.matches()
                ? unclear.replaceFirst("$1***")
                : SECRET_QUERY
                        .matcher(USER_INFO.matcher(text).replaceFirst("$1***@"))
                        .replaceFirst("$1***");
    }
}
