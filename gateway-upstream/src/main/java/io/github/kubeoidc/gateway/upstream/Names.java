// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Looks host names up. */
interface Names {
    /** Returns all addresses of a host, at least one. May block. */
    InetAddress[] lookUp(String host) throws UnknownHostException;
}
