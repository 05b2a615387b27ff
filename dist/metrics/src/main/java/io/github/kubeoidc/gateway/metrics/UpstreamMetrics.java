// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import static io.github.kubeoidc.gateway.metrics.PrometheusMetrics.PREFIX;

import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the API server is asked and answers. Every series is there from the start, so that its first rise is seen. */
final class UpstreamMetrics {
    static final String DISCOVERY = "discovery";
    static final String JWKS = "jwks";

    private static final String DOCUMENT = "document";
    private static final String OK = "ok";

    /**
     * A fetch that hangs ends just after UPSTREAM_TIMEOUT_SECONDS, 5 by default. With a bound of 5 it would count as one of up to
     * the next bound.
     */
    private static final double[] BOUNDS = {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5.5, 10, 30};

    private static final double MILLIS_PER_SECOND = 1000;

    private final Counter fetches;
    private final Histogram durations;
    private final CounterDataPoint added;
    private final CounterDataPoint removed;
    private final Gauge changed;

    UpstreamMetrics(PrometheusRegistry registry) {
        fetches = Counter.builder()
                .name(PREFIX + "upstream_fetches_total")
                .help("Documents that the API server was asked for, by what came of it.")
                .labelNames(DOCUMENT, "outcome")
                .withoutExemplars()
                .register(registry);
        durations = Histogram.builder()
                .name(PREFIX + "upstream_fetch_duration_seconds")
                .help("How long fetches from the API server took, failed ones included.")
                .unit(Unit.SECONDS)
                .labelNames(DOCUMENT)
                .classicOnly()
                .classicUpperBounds(BOUNDS)
                .withoutExemplars()
                .register(registry);
        Counter keysChanged = Counter.builder()
                .name(PREFIX + "keys_changed_total")
                .help("Keys that came into the key set or left it, by their kid.")
                .labelNames("change")
                .withoutExemplars()
                .register(registry);
        added = keysChanged.labelValues("added");
        removed = keysChanged.labelValues("removed");
        changed = Gauge.builder()
                .name(PREFIX + "keys_changed_timestamp_seconds")
                .help("When keys came or left last, in seconds since 1970; 0 if they have not since the start.")
                .unit(Unit.SECONDS)
                .withoutExemplars()
                .register(registry);
        for (DocumentKind kind : DocumentKind.values()) {
            durations.initLabelValues(name(kind));
            fetches.initLabelValues(name(kind), OK);
            for (Outcome outcome : Outcome.values()) {
                fetches.initLabelValues(name(kind), name(outcome));
            }
        }
    }

    void fetchEnded(DocumentKind kind, @Nullable Outcome failure, Duration took) {
        fetches.labelValues(name(kind), failure == null ? OK : name(failure)).inc();
        durations.labelValues(name(kind)).observe(Unit.nanosToSeconds(took.toNanos()));
    }

    void keysChanged(int numberAdded, int numberRemoved) {
        added.inc(numberAdded);
        removed.inc(numberRemoved);
        changed.set(System.currentTimeMillis() / MILLIS_PER_SECOND);
    }

    static String name(DocumentKind kind) {
        return kind == DocumentKind.DISCOVERY ? DISCOVERY : JWKS;
    }

    private static String name(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }
}
