// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells which URLs cannot be used from outside the cluster. Asks no name server. */
public final class PublicUrl {
    // ".local" covers ".cluster.local".
    private static final List<String> INTERNAL_SUFFIXES = List.of(".svc", ".local", ".localhost", ".internal");
    private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
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
        URI uri;
        String host;
        try {
            uri = new URI(url);
            host = uri.getHost();
            if (!"https".equalsIgnoreCase(uri.getScheme()) || host == null) {
                return "is no https URL";
            }
        } catch (URISyntaxException e) {
            return "is no https URL";
        }
        if (uri.getPort() == 0 || uri.getPort() > WebUrl.MAX_PORT) {
            return "has a port that does not exist";
        }
        if (uri.getRawUserInfo() != null) {
            return "has a user info";
        }
        if (uri.getRawFragment() != null) {
            return "has a fragment";
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
     * Tells whether an address cannot be reached from outside: a private, shared, unique local, link-local, loopback, multicast
     * or reserved one, one of IPv6 that stands for such a one of IPv4, or none at all.
     *
     * @param address any address
     * @return whether it is such a one
     */
    public static boolean isPrivate(InetAddress address) {
        byte[] octets = address.getAddress();
        return address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || (octets.length == 4 ? isPrivate(octets) : isUniqueLocal(octets) || standsForPrivate(octets));
    }

    private static boolean isPrivate(byte[] ipv4) {
        int first = ipv4[0] & 0xff;
        // RFC 1122, section 3.2.1.3 (0.0.0.0/8), RFC 6598 (100.64.0.0/10), RFC 2544 (198.18.0.0/15) and RFC 1112
        // (240.0.0.0/4).
        return first == 0
                || first == 100 && (ipv4[1] & 0xc0) == 64
                || first == 198 && (ipv4[1] & 0xfe) == 18
                || first >= 240;
    }

    /** RFC 4193 (fc00::/7). */
    private static boolean isUniqueLocal(byte[] ipv6) {
        return (ipv6[0] & 0xfe) == 0xfc;
    }

    private static boolean standsForPrivate(byte[] ipv6) {
        byte[] begin = Arrays.copyOf(ipv6, 12);
        // RFC 4291, section 2.5.5.1: nobody has a way to ::/96 any more.
        if (Arrays.equals(begin, new byte[12])) {
            return true;
        }
        // RFC 3056 (2002::/16) and RFC 6052 (64:ff9b::/96).
        int at = ipv6[0] == 0x20 && ipv6[1] == 0x02 ? 2 : Arrays.equals(begin, NAT64) ? 12 : -1;
        try {
            return at >= 0 && isPrivate(InetAddress.getByAddress(Arrays.copyOfRange(ipv6, at, at + 4)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
