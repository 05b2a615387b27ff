// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import static io.github.kubeoidc.gateway.metrics.PrometheusMetrics.PREFIX;

import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.GatewayState;
import io.github.kubeoidc.gateway.api.PublishedKeys;
import io.github.kubeoidc.gateway.api.ServerState;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the gateway is like now, read for each scrape. What is not known has no value rather than a false one. */
final class StateMetrics {
    private final GatewayState state;
    private final PrometheusRegistry registry;

    private StateMetrics(GatewayState state, PrometheusRegistry registry) {
        this.state = state;
        this.registry = registry;
    }

    static void register(GatewayState state, PrometheusRegistry registry) {
        StateMetrics metrics = new StateMetrics(state, registry);
        metrics.documents();
        metrics.process();
        if (state.server() != null) {
            metrics.server(state.server());
        }
    }

    private void documents() {
        GaugeWithCallback.builder()
                .name(PREFIX + "document_age_seconds")
                .help("How long ago the document that is served was fetched. Absent while there is none.")
                .unit(Unit.SECONDS)
                .labelNames("document")
                .callback(callback -> {
                    for (DocumentKind kind : DocumentKind.values()) {
                        Duration age = state.documents().age(kind);
                        if (age != null) {
                            callback.call(Unit.nanosToSeconds(age.toNanos()), UpstreamMetrics.name(kind));
                        }
                    }
                })
                .register(registry);
        GaugeWithCallback.builder()
                .name(PREFIX + "document_keys")
                .help("Keys in the key set that is served. Absent while there is none.")
                .callback(callback -> {
                    PublishedKeys keys = state.documents().keys();
                    if (keys != null) {
                        callback.call(keys.number());
                    }
                })
                .register(registry);
        registry.register(new KeyInfo(state.documents()));
    }

    private void process() {
        Info.builder()
                .name(PREFIX + "build_info")
                .help("The gateway's version.")
                .labelNames("version")
                .register(registry)
                .addLabelValues(state.version());
        CounterWithCallback.builder()
                .name(PREFIX + "log_lines_dropped_total")
                .help("Log lines that were not written, as standard output was blocked or full.")
                .callback(callback -> callback.call(state.droppedLogLines().getAsLong()))
                .register(registry);
        time(
                "token_expiry_timestamp_seconds",
                "When the ServiceAccount token expires, in seconds since 1970. Absent where it does not say it.",
                state.tokenExpiry());
    }

    private void server(ServerState server) {
        GaugeWithCallback.builder()
                .name(PREFIX + "connections")
                .help("Connections of clients to the public port: open, coming or going.")
                .callback(callback -> callback.call(server.connections()))
                .register(registry);
        CounterWithCallback.builder()
                .name(PREFIX + "clients_refused_total")
                .help("Clients that were closed or refused, as they or all together exceeded a bound.")
                .labelNames("reason")
                .callback(callback -> server.refused().forEach((reason, number) -> callback.call(number, reason)))
                .register(registry);
        time(
                "tls_certificate_expiry_timestamp_seconds",
                "When the certificate of the public port expires, in seconds since 1970. Absent without TLS.",
                server::certificateExpiry);
    }

    private void time(String name, String help, Supplier<@Nullable Instant> time) {
        GaugeWithCallback.builder()
                .name(PREFIX + name)
                .help(help)
                .unit(Unit.SECONDS)
                .callback(callback -> {
                    Instant instant = time.get();
                    if (instant != null) {
                        callback.call(instant.getEpochSecond());
                    }
                })
                .register(registry);
    }
}
