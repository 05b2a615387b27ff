// SPDX-License-Identifier: Apache-2.0
/** Metrics for Prometheus, and the port that serves them. */
@NullMarked
package io.github.kubeoidc.gateway.metrics;

import org.jspecify.annotations.NullMarked;
