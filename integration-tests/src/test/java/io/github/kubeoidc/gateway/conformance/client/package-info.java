// SPDX-License-Identifier: Apache-2.0
/** Hostile clients by the hundred over raw sockets, and what an honest one feels of them: CONTRACT 1.4, 1.7 and 1.8. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.client;

import org.jspecify.annotations.NullMarked;
