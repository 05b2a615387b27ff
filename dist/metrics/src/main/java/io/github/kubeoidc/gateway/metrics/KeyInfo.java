// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import io.github.kubeoidc.gateway.api.DocumentState;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.api.PublishedKeys;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/** Names the keys that are published, {@value PublishedKeys#MAX} at most. */
final class KeyInfo implements Collector {
    private static final String NAME = PrometheusMetrics.PREFIX + "key";

    private static final int MAX_TEXT = 128;

    private final DocumentState documents;

    KeyInfo(DocumentState documents) {
        this.documents = documents;
    }

    @Override
    public InfoSnapshot collect() {
        InfoSnapshot.Builder info =
                InfoSnapshot.builder().name(NAME).help("The keys in the key set that is served, 100 of them at most.");
        PublishedKeys keys = documents.keys();
        if (keys != null) {
            // Nothing forbids two keys that are named alike, and they would be one series twice.
            keys.first().stream()
                    .map(key -> Labels.of("kid", text(key.kid()), "kty", text(key.kty()), "alg", text(key.alg())))
                    .distinct()
                    .forEach(labels -> info.dataPoint(
                            InfoDataPointSnapshot.builder().labels(labels).build()));
        }
        return info.build();
    }

    /** As the log has it. */
    private static String text(String member) {
        return LogText.escape(member, MAX_TEXT);
    }
}
