// SPDX-License-Identifier: Apache-2.0
/** The checks as a command. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.cli;

import org.jspecify.annotations.NullMarked;
