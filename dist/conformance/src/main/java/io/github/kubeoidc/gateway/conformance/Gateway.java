// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.net.URI;

/** A gateway that runs, wherever and by whomever it was started: an address and nothing more. */
@FunctionalInterface
public interface Gateway {

    /**
     * Where the public interface listens.
     *
     * @return the address, such as {@code http://127.0.0.1:40123}, with a path only where the documents are below one, as in
     *     a servlet container: {@code http://127.0.0.1:40123/clusters/a}
     */
    URI baseUri();
}
