// SPDX-License-Identifier: Apache-2.0
/** A long run of a gateway under load, in front of an API server that fails at random. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.soak;

import org.jspecify.annotations.NullMarked;
