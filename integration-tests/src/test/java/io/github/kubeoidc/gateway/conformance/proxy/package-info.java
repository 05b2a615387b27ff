// SPDX-License-Identifier: Apache-2.0
/** Gateways behind a reverse proxy that takes a lost answer for a server's failure: CONTRACT 1.6. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.proxy;

import org.jspecify.annotations.NullMarked;
