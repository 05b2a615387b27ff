// SPDX-License-Identifier: Apache-2.0
/** The certificate chain and its private key: read from files again and again, and made into what TLS connections are made with. */
@org.jspecify.annotations.NullMarked
package io.github.kubeoidc.gateway.server.tls;
