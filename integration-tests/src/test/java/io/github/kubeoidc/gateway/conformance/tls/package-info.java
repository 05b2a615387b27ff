// SPDX-License-Identifier: Apache-2.0
/** CONTRACT 8: what a scanner finds of the gateway's TLS, and what hostile clients do with it. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.tls;

import org.jspecify.annotations.NullMarked;
