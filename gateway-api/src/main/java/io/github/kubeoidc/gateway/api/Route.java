// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

/** What a request asks for, as far as the gateway knows it. */
public enum Route {
    /** The discovery document, below whatever prefix or context path. */
    DISCOVERY(DocumentKind.DISCOVERY.path()),
    /** The key set, likewise. */
    JWKS(DocumentKind.JWKS.path()),
    /** Whether the process is to be left alone. */
    HEALTHZ("/healthz"),
    /** Whether the process is to be sent requests. */
    READYZ("/readyz"),
    /** Anything else, which is not found. */
    OTHER("other");

    private final String path;

    Route(String path) {
        this.path = path;
    }

    /**
     * Returns the path without prefix and context path.
     *
     * @return the path; {@code other} for {@link #OTHER}
     */
    public String path() {
        return path;
    }

    /**
     * Returns the route of a document.
     *
     * @param kind the document
     * @return {@link #DISCOVERY} or {@link #JWKS}
     */
    public static Route of(DocumentKind kind) {
        return kind == DocumentKind.DISCOVERY ? DISCOVERY : JWKS;
    }
}
