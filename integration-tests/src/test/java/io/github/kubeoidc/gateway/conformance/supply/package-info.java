// SPDX-License-Identifier: Apache-2.0
/** What the deliveries say of what is in them. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.supply;

import org.jspecify.annotations.NullMarked;
