// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import java.net.URI;

/** One request, on a connection of its own. */
public final class Get {
    private Get() {}

    /** The answer to a path. */
    public static RawResponse from(URI server, String path) {
        return RawHttp.exchange(server, "GET " + path + " HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n");
    }

    /** The status of the answer to a path. */
    public static int status(Gateway gateway, String path) {
        return from(gateway.baseUri(), path).status();
    }
}
