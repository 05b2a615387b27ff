// SPDX-License-Identifier: Apache-2.0
/** What SECURITY.md and the bills of materials say is so. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.security;

import org.jspecify.annotations.NullMarked;
