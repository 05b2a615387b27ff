// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What the formula of {@code docs/rotation.md} is made of. In seconds.
 *
 * @param cacheTtl {@code CACHE_TTL_SECONDS}
 * @param upstreamTimeout {@code UPSTREAM_TIMEOUT_SECONDS}
 * @param probeInterval how often each gateway is asked for its health
 * @param jwksClientTtl {@code JWKS_CLIENT_CACHE_TTL_SECONDS}
 * @param upstreamMaxAge the {@code max-age} of the API server; negative where it sends none
 * @param caches how many caches are between gateway and relying party
 * @param ownTime how long a relying party that ignores {@code max-age} keeps the key set
 */
record Settings(
        int cacheTtl,
        int upstreamTimeout,
        int probeInterval,
        int jwksClientTtl,
        int upstreamMaxAge,
        int caches,
        int ownTime) {
    /** Those of the shipped manifest, with nothing between gateway and relying party. */
    static final Settings SHIPPED = new Settings(60, 5, 5, 300, 3600, 0, 0);

    private static final int STALE_MAX_AGE = 60;

    static Settings random(Random random) {
        return new Settings(
                any(random, 0, 10, 60, 60, 600),
                any(random, 1, 5, 5, 30),
                any(random, 5, 10),
                any(random, 0, 30, 60, 300, 300, 3600),
                any(random, -1, 20, 3600),
                random.nextInt(2),
                any(random, 0, 0, 900));
    }

    private static int any(Random random, int... values) {
        return values[random.nextInt(values.length)];
    }

    GatewayConfig config(Path cacheDirectory) {
        Map<String, String> variables = Map.of(
                "CACHE_TTL_SECONDS",
                "" + cacheTtl,
                "UPSTREAM_TIMEOUT_SECONDS",
                "" + upstreamTimeout,
                "JWKS_CLIENT_CACHE_TTL_SECONDS",
                "" + jwksClientTtl,
                "HEALTH_MAX_STALE_SECONDS",
                "2592000",
                "PRETTY_PRINT_JSON",
                "false",
                "CACHE_DIR",
                cacheDirectory.toString());
        try {
            return GatewayConfig.from(variables::get);
        } catch (ConfigurationException e) {
            throw new AssertionError(e);
        }
    }

    /** The {@code max-age} that a relying party is told for a fresh key set: never more than the API server's. */
    int maxAge() {
        return upstreamMaxAge < 0 ? jwksClientTtl : Math.min(jwksClientTtl, upstreamMaxAge);
    }

    /** The same for a stale one (CONTRACT 1.1). */
    int staleMaxAge() {
        return Math.min(maxAge(), Math.max(STALE_MAX_AGE, cacheTtl));
    }

    /** How long the key set may live on once the gateway has given it away. */
    Duration kept(int maxAge) {
        return Duration.ofSeconds((long) caches * maxAge + Math.max(maxAge, ownTime));
    }

    /** The gateway's part of the formula. */
    Duration gatewaysPart() {
        return Duration.ofSeconds(cacheTtl + 2L * upstreamTimeout + probeInterval);
    }

    /** How long to wait before signing. */
    Duration formula() {
        return gatewaysPart().plus(kept(maxAge()));
    }

    /** The moment, counted from a rotation, until which a gateway may serve the old key set as a fresh one. */
    Duration lastFresh() {
        return Duration.ofSeconds((long) cacheTtl + upstreamTimeout);
    }

    /** What the worked examples of the guide say. */
    static List<Settings> examples() {
        return List.of(SHIPPED, SHIPPED.with(300, 1), SHIPPED.with(3600, 0), SHIPPED.with(3600, 1));
    }

    private Settings with(int newJwksClientTtl, int newCaches) {
        return new Settings(
                cacheTtl, upstreamTimeout, probeInterval, newJwksClientTtl, upstreamMaxAge, newCaches, ownTime);
    }
}
