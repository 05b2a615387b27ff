// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.net.URI;
import java.util.regex.Pattern;

/** How the log names an address that is listened on. */
public final class ListeningUrl {
    private static final Pattern BRACKETS_AND_ZONE = Pattern.compile("[\\[\\]]|%[^]]*");

    private ListeningUrl() {}

    /**
     * Makes a URL. An IPv6 address is in brackets there (RFC 3986, section 3.2.2), and has no zone: that means something on this
     * machine only (RFC 6874, section 1), and an interface's name may have characters that a URL may not.
     *
     * @param scheme {@code http} or {@code https}
     * @param address an IP address, of IPv6 in brackets or not, or a host name
     * @param port the port, 1 to 65535
     * @return for instance {@code http://[::]:8080}
     */
    public static URI of(String scheme, String address, int port) {
        String host = BRACKETS_AND_ZONE.matcher(address).replaceAll("");
        return URI.create(scheme + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port);
    }
}
