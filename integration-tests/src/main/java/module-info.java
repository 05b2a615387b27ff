// SPDX-License-Identifier: Apache-2.0
/**
 * The conformance kit: starts a delivery of the gateway, puts a stand-in for an API server behind it, and checks from
 * outside, through HTTP, configuration and log alone, that it keeps its promises.
 */
@org.jspecify.annotations.NullMarked
module io.github.kubeoidc.gateway.conformance {
    requires com.google.gson;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires static transitive org.jspecify;

    exports io.github.kubeoidc.gateway.conformance;
}
