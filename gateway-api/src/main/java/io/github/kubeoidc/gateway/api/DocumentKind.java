// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

/**
 * One of the two documents that make a Kubernetes cluster an OpenID provider. Both are published under the same paths by
 * the API server and by the gateway.
 */
public enum DocumentKind {
    /** The provider configuration of OpenID Connect Discovery 1.0, section 4.2. */
    DISCOVERY("/.well-known/openid-configuration"),

    /** The JSON Web Key Set of RFC 7517, section 5. */
    JWKS("/openid/v1/jwks");

    private final String path;

    DocumentKind(String path) {
        this.path = path;
    }

    /**
     * Returns the path, below the API server's base URL as below the gateway's root.
     *
     * @return an absolute path without a query, compared character for character
     */
    public String path() {
        return path;
    }

    /**
     * Returns the name of the file in {@code CACHE_DIR} that keeps it.
     *
     * @return the last segment of its path
     */
    public String fileName() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
