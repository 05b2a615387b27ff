// SPDX-License-Identifier: Apache-2.0
/** The checks, a class for each section, and what they share. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.checks;

import org.jspecify.annotations.NullMarked;
