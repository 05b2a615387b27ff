// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.GatewayState;
import io.github.kubeoidc.gateway.api.Metrics;
import io.github.kubeoidc.gateway.api.Route;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The gateway's metrics, in a registry of their own, and the port that serves them. */
final class PrometheusMetrics implements Metrics {
    static final String PREFIX = "kube_oidc_gateway_";

    private static final PrometheusTextFormatWriter WRITER = PrometheusTextFormatWriter.create();

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final RequestMetrics requests = new RequestMetrics(registry);
    private final UpstreamMetrics upstream = new UpstreamMetrics(registry);
    private final MetricsPort port;

    PrometheusMetrics(MetricsPort port) {
        this.port = port;
    }

    @Override
    public void requestEnded(Route route, String method, int status, CacheStatus cache, long nanos) {
        requests.ended(route, method, status, cache, nanos);
    }

    @Override
    public void fetchEnded(DocumentKind kind, @Nullable Outcome failure, Duration took) {
        upstream.fetchEnded(kind, failure, took);
    }

    @Override
    public void keysChanged(int added, int removed) {
        upstream.keysChanged(added, removed);
    }

    @Override
    public void serve(GatewayState state) {
        StateMetrics.register(state, registry);
        JvmMetrics.register(registry);
        port.serve(this::text);
    }

    private byte[] text() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            WRITER.write(text, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot be written to", e);
        }
        return text.toByteArray();
    }

    @Override
    public URI uri() {
        return port.uri();
    }

    @Override
    public void close() {
        port.close();
    }
}
