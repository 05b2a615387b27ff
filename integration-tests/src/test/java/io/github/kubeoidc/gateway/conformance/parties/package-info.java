// SPDX-License-Identifier: Apache-2.0
/** Relying parties, each made of a library that many use, and tokens of a real API server. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.parties;

import org.jspecify.annotations.NullMarked;
