// SPDX-License-Identifier: Apache-2.0
/** The checks of a gateway in front of a real API server, which runs in a container that they start. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.cluster;

import org.jspecify.annotations.NullMarked;
