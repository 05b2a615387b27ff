// SPDX-License-Identifier: Apache-2.0
/** Gateways with a fault each, which show that the conformance kit notices. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.mutant;

import org.jspecify.annotations.NullMarked;
