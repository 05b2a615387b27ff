// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentState;
import io.github.kubeoidc.gateway.api.GatewayState;
import io.github.kubeoidc.gateway.api.PublishedKey;
import io.github.kubeoidc.gateway.api.PublishedKeys;
import io.github.kubeoidc.gateway.api.ServerState;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A gateway's state in the test's hands. */
final class FakeGateway implements DocumentState, ServerState {
    final Map<DocumentKind, Duration> ages = new EnumMap<>(DocumentKind.class);

    @Nullable
    PublishedKeys keys;

    @Nullable
    Instant tokenExpiry;

    @Nullable
    Instant certificateExpiry;

    long droppedLogLines;

    void publish(int number, PublishedKey... first) {
        keys = new PublishedKeys(number, List.of(first));
    }

    GatewayState embedded() {
        return new GatewayState("1.2.3", this, () -> tokenExpiry, () -> droppedLogLines, this);
    }

    GatewayState inAServletContainer() {
        return new GatewayState("1.2.3", this, () -> tokenExpiry, () -> droppedLogLines, null);
    }

    @Override
    public @Nullable Duration age(DocumentKind kind) {
        return ages.get(kind);
    }

    @Override
    public @Nullable PublishedKeys keys() {
        return keys;
    }

    @Override
    public int connections() {
        return 7;
    }

    @Override
    public Map<String, Long> refused() {
        return Map.of("slow", 3L, "memory", 0L);
    }

    @Override
    public @Nullable Instant certificateExpiry() {
        return certificateExpiry;
    }
}
