// SPDX-License-Identifier: Apache-2.0
/** The second port: what happens in the gateway, counted for Prometheus. Loaded only where it is configured. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings("requires-automatic") // The library has stable names for its modules, and no descriptors.
module io.github.kubeoidc.gateway.metrics {
    requires io.github.kubeoidc.gateway.api;
    requires io.prometheus.metrics.config;
    requires io.prometheus.metrics.core;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires static org.jspecify;
    requires org.slf4j;

    provides io.github.kubeoidc.gateway.api.Metrics.Provider with
            io.github.kubeoidc.gateway.metrics.PrometheusProvider;
}
