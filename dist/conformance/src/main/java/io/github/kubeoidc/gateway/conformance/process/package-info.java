// SPDX-License-Identifier: Apache-2.0
/** A gateway as a process that a command starts, and how to wait for what it does. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.process;

import org.jspecify.annotations.NullMarked;
