// SPDX-License-Identifier: Apache-2.0
/** HTTP byte by byte: requests that no ordinary client sends, and responses as they came. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.http;

import org.jspecify.annotations.NullMarked;
