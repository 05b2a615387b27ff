// SPDX-License-Identifier: Apache-2.0
/** The metrics as Prometheus itself sees them, the alerts and the dashboard: CONTRACT 9. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.metrics;

import org.jspecify.annotations.NullMarked;
