// SPDX-License-Identifier: Apache-2.0
/** The gateway where there is IPv6, beside IPv4 or alone: CONTRACT 2.1, 5, 6.4, 9 and 11 in networks of their own. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.network;

import org.jspecify.annotations.NullMarked;
