// SPDX-License-Identifier: Apache-2.0
/** What a start and a request cost, in counts that no machine's speed changes. */
package io.github.kubeoidc.gateway.conformance.cost;
