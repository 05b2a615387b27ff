// SPDX-License-Identifier: Apache-2.0
/** The gateway as a container image, run by a container engine, alone and in front of a real API server. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.containers;

import org.jspecify.annotations.NullMarked;
