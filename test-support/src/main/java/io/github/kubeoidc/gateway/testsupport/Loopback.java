// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.testsupport;

import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.net.SocketException;

/** What the machine's loopback has. */
public final class Loopback {
    private Loopback() {}

    /** Whether it has an address of IPv6, which it has not in a container of a network without. */
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
