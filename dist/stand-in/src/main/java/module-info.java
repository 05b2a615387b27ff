// SPDX-License-Identifier: Apache-2.0
/** Stands in for a Kubernetes API server: TLS, a bearer token, signed tokens and keys, and faults on demand. */
@org.jspecify.annotations.NullMarked
module io.github.kubeoidc.gateway.standin {
    requires static transitive org.jspecify;

    exports io.github.kubeoidc.gateway.standin;
    exports io.github.kubeoidc.gateway.standin.table;
}
