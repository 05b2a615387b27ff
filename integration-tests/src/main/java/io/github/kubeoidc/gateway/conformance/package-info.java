// SPDX-License-Identifier: Apache-2.0
/**
 * Running gateways, a stand-in for an API server, a raw HTTP client, and the checks that use them.
 */
@NullMarked
package io.github.kubeoidc.gateway.conformance;

import org.jspecify.annotations.NullMarked;
