// SPDX-License-Identifier: Apache-2.0
/** The gateway as a container image, run by a container engine on this machine. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.container;

import org.jspecify.annotations.NullMarked;
