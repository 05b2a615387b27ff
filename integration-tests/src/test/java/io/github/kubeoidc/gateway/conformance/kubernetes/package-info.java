// SPDX-License-Identifier: Apache-2.0
/** What {@code dist/kubernetes} holds: against its own promises, the typed model of Kubernetes, and a real API server. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.kubernetes;

import org.jspecify.annotations.NullMarked;
