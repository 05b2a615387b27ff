// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

import java.net.URI;

/**
 * A gateway that somebody else runs.
 *
 * @param baseUri its address, without a slash at the end
 */
record RunningGateway(URI baseUri) implements Gateway {

    RunningGateway {
        String text = baseUri.toString();
        baseUri = text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : baseUri;
    }
}
