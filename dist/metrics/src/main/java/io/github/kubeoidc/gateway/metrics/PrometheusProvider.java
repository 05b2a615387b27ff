// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import io.github.kubeoidc.gateway.api.Metrics;
import java.io.IOException;

/** Makes metrics in the text format of Prometheus. */
public final class PrometheusProvider implements Metrics.Provider {
    /** For the service loader. */
    public PrometheusProvider() {}

    @Override
    public Metrics bind(String address, int port) throws IOException {
        return new PrometheusMetrics(MetricsPort.bind(address, port));
    }
}
