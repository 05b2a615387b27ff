// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.testsupport;

import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;

/** What the machine's loopback has. */
public final class Loopback {
    private Loopback() {}

    /** Whether it has an IPv6 address. In a container whose network has no IPv6 it has none. */
    public static boolean hasIpV6() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
        } catch (SocketException e) {
            throw new AssertionError(e);
        }
    }
}
