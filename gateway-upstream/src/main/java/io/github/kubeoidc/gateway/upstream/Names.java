// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Looks host names up. */
@FunctionalInterface
public interface Names {
    /**
     * Looks a name up. May block.
     *
     * @param host a name, or an address as text
     * @return all addresses of it, at least one
     * @throws UnknownHostException if it has none
     */
    InetAddress[] lookUp(String host) throws UnknownHostException;
}
