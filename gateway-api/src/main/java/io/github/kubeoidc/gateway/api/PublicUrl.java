// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells which URLs cannot be used from outside the cluster. Asks no name server. */
public final class PublicUrl {
    // ".local" covers ".cluster.local".
    private static final List<String> INTERNAL_SUFFIXES = List.of(".svc", ".local", ".localhost", ".internal");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private PublicUrl() {}

    /**
     * Tells what is wrong with a URL.
     *
     * @param url any text
     * @return the rest of a sentence that begins with the URL, for instance {@code is no https URL}; {@code null} if nothing
     *     is wrong
     */
    public static @Nullable String problem(String url) {
        String host;
        try {
            URI uri = new URI(url);
            host = uri.getHost();
            if (!"https".equalsIgnoreCase(uri.getScheme()) || host == null) {
                return "is no https URL";
            }
        } catch (URISyntaxException e) {
            return "is no https URL";
        }
        try {
            // The class URI takes no number beyond 255 in an address.
            if (host.startsWith("[") || IPV4.matcher(host).matches()) {
                return isPrivate(InetAddress.getByName(host)) ? "has a private address" : null;
            }
        } catch (UnknownHostException e) {
            // The zone of an IPv6 address is no network interface of this machine.
            return "is no https URL";
        }
        String name = host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        boolean internal = !name.contains(".") || INTERNAL_SUFFIXES.stream().anyMatch(name::endsWith);
        return internal ? "is a name inside the cluster" : null;
    }

    /**
     * Tells whether an address cannot be reached from outside: a private, shared, unique local, link-local or loopback one, or
     * none at all.
     *
     * @param address any address
     * @return whether it is such a one
     */
    public static boolean isPrivate(InetAddress address) {
        byte[] octets = address.getAddress();
        // RFC 6598 (100.64.0.0/10), RFC 4193 (fc00::/7) and RFC 1122, section 3.2.1.3 (0.0.0.0/8).
        boolean shared = octets.length == 4 && octets[0] == 100 && (octets[1] & 0xc0) == 64;
        boolean uniqueLocal = octets.length == 16 && (octets[0] & 0xfe) == 0xfc;
        boolean thisNetwork = octets.length == 4 && octets[0] == 0;
        return shared
                || uniqueLocal
                || thisNetwork
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || address.isLoopbackAddress()
                || address.isAnyLocalAddress();
    }
}
