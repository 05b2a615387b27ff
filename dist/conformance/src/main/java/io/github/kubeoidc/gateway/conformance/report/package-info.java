// SPDX-License-Identifier: Apache-2.0
/** Runs checks and reports what came out, in the forms that people and tools read. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.report;

import org.jspecify.annotations.NullMarked;
