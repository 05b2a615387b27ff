// SPDX-License-Identifier: Apache-2.0
/**
 * The conformance kit: starts a gateway, puts a stand-in for an API server behind it, and checks from outside, through HTTP,
 * configuration and log alone, that it keeps its promises.
 */
@NullMarked
package io.github.kubeoidc.gateway.conformance;

import org.jspecify.annotations.NullMarked;
