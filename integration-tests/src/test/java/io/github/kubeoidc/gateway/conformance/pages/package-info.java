// SPDX-License-Identifier: Apache-2.0
/** What the Markdown pages say is so: their links lead somewhere, and the commands in them name what there is. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.pages;

import org.jspecify.annotations.NullMarked;
