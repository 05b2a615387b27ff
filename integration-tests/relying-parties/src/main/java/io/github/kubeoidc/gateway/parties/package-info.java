// SPDX-License-Identifier: Apache-2.0
/** Libraries that validate tokens, set up as their users would, in a process of their own: their dependencies are not those of the tests. */
@NullMarked
package io.github.kubeoidc.gateway.parties;

import org.jspecify.annotations.NullMarked;
