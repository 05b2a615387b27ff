// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import static io.github.kubeoidc.gateway.metrics.PrometheusMetrics.PREFIX;

import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.Route;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What clients ask and are answered. Whatever they send, there are few series: a path and a method that the gateway does not
 * know are {@value #OTHER}.
 */
final class RequestMetrics {
    private static final String OTHER = "other";
    private static final String PATH = "path";

    /** The methods of RFC 9110, section 9, and of RFC 5789. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    /** In seconds: a hit takes far less than a millisecond, a request that finds a stale document waits 0.3 s. */
    private static final double[] BOUNDS = {0.0005, 0.001, 0.005, 0.025, 0.1, 0.35, 1, 2.5, 5, 10};

    private final Counter requests;
    private final Map<Route, DistributionDataPoint> durations = new EnumMap<>(Route.class);
    private final Map<Route, CounterDataPoint> stale = new EnumMap<>(Route.class);
    private final Map<CacheStatus, String> cacheNames = new EnumMap<>(CacheStatus.class);

    RequestMetrics(PrometheusRegistry registry) {
        requests = Counter.builder()
                .name(PREFIX + "http_requests_total")
                .help("Requests that were answered. cache: hit (from memory, fresh), stale (from memory, older), miss"
                        + " (waited for a fetch), none (no document).")
                .labelNames(PATH, "method", "code", "cache")
                .withoutExemplars()
                .register(registry);
        Histogram duration = Histogram.builder()
                .name(PREFIX + "http_request_duration_seconds")
                .help("How long requests took, from the whole head to the answer handed over to be sent.")
                .unit(Unit.SECONDS)
                .labelNames(PATH)
                .classicOnly()
                .classicUpperBounds(BOUNDS)
                .withoutExemplars()
                .register(registry);
        Counter servedStale = Counter.builder()
                .name(PREFIX + "document_served_stale_total")
                .help("Answers with a document that was older than CACHE_TTL_SECONDS.")
                .labelNames("document")
                .withoutExemplars()
                .register(registry);
        for (Route route : Route.values()) {
            durations.put(route, duration.labelValues(route.path()));
        }
        stale.put(Route.DISCOVERY, servedStale.labelValues(UpstreamMetrics.DISCOVERY));
        stale.put(Route.JWKS, servedStale.labelValues(UpstreamMetrics.JWKS));
        for (CacheStatus cache : CacheStatus.values()) {
            cacheNames.put(cache, cache.name().toLowerCase(Locale.ROOT));
        }
    }

    void ended(Route route, String method, int status, CacheStatus cache, long nanos) {
        requests.labelValues(
                        route.path(),
                        METHODS.contains(method) ? method : OTHER,
                        Integer.toString(status),
                        cacheNames.get(cache))
                .inc();
        durations.get(route).observe(Unit.nanosToSeconds(nanos));
        if (cache == CacheStatus.STALE) {
            stale.get(route).inc();
        }
    }
}
