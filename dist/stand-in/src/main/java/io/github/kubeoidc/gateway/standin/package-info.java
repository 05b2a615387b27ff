// SPDX-License-Identifier: Apache-2.0
/** A stand-in for a Kubernetes API server, for tests, for a demo, and for the checks of a gateway. */
@NullMarked
package io.github.kubeoidc.gateway.standin;

import org.jspecify.annotations.NullMarked;
