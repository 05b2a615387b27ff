// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The times of CONTRACT 3. */
class CachePolicyTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final CachePolicy minute = new CachePolicy(60 * SECOND, 0, 3600, 300, () -> 0);

    @Test
    void theTimesAreThoseOfTheConfiguration() throws ConfigurationException {
        Map<String, String> settings = Map.of("CACHE_TTL_SECONDS", "7", "HEALTH_MAX_STALE_SECONDS", "2592000");
        CachePolicy policy = CachePolicy.of(GatewayConfig.from(settings::get), () -> 0.25);
        assertThat(policy.ttl()).isEqualTo(7 * SECOND);
        assertThat(policy.healthMaxStale()).isEqualTo(2_592_000 * SECOND);
        assertThat(policy.jitter().getAsDouble()).isEqualTo(0.25);
    }

    // 3.2 and 4.2
    @Test
    void theWaitForAFetchIs300MillisecondsAndProbesKeepASecond() {
        assertThat(CachePolicy.STALE_WAIT).isEqualTo(Duration.ofMillis(300));
        assertThat(CachePolicy.PROBE_INTERVAL).isEqualTo(SECOND);
    }

    @Test
    void aDocumentIsFreshUpToAndIncludingTheTtl() {
        assertThat(minute.isFresh(0)).isTrue();
        assertThat(minute.isFresh(60 * SECOND)).isTrue();
        assertThat(minute.isFresh(60 * SECOND + 1)).isFalse();
    }

    // 3.7
    @Test
    void withATtlOfZeroNothingIsEverFresh() {
        assertThat(new CachePolicy(0, 0, 3600, 300, () -> 0).isFresh(0)).isFalse();
    }

    // 3.5
    @Test
    void aRefreshIsDueFromFourFifthsOfTheTtlOn() {
        assertThat(minute.isRefreshDue(48 * SECOND - 1)).isFalse();
        assertThat(minute.isRefreshDue(48 * SECOND)).isTrue();
        assertThat(minute.isRefreshDue(60 * SECOND)).isTrue();
    }

    // 3.4
    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "3,4", "4,8", "5,16", "6,30", "7,30", "63,30", "64,30", "65,30", "2147483647,30"})
    void thePauseDoublesFromOneSecondToThirty(int failures, long seconds) {
        assertThat(minute.pauseAfter(failures)).isEqualTo(seconds * SECOND);
        assertThat(new CachePolicy(0, 0, 3600, 300, () -> 0.5).pauseAfter(failures))
                .isEqualTo(seconds * SECOND * 9 / 10);
        assertThat(new CachePolicy(0, 0, 3600, 300, () -> Math.nextDown(1.0)).pauseAfter(failures))
                .isBetween(seconds * SECOND * 8 / 10, seconds * SECOND * 8 / 10 + 1000);
    }

    // 1.1: "The seconds are CLIENT_CACHE_TTL_SECONDS; for the JWKS JWKS_CLIENT_CACHE_TTL_SECONDS, and never more than
    // the max-age that upstream sent with it"
    @ParameterizedTest
    @CsvSource({
        "DISCOVERY, , 3600",
        "DISCOVERY, 7, 3600",
        "JWKS, , 300",
        "JWKS, 301, 300",
        "JWKS, 299, 299",
        "JWKS, 0, 0"
    })
    void clientsKeepADocumentAsLongAsIsConfiguredAndAKeySetNoLongerThanUpstreamAllows(
            DocumentKind kind, Long upstream, long seconds) {
        Duration maxAge = upstream == null ? null : Duration.ofSeconds(upstream);
        assertThat(minute.maxAgeSeconds(new Document(kind, new byte[0], null, maxAge)))
                .isEqualTo(seconds);
    }

    // "for a stale document at most the greater of 60 and CACHE_TTL_SECONDS"
    @ParameterizedTest
    @CsvSource({"0, 3600, 60", "60, 3600, 60", "61, 3600, 61", "86400, 3600, 3600", "5, 59, 59", "100, 0, 0"})
    void clientsKeepAStaleDocumentForAShortWhile(long ttl, long fresh, long seconds) {
        CachePolicy policy = new CachePolicy(ttl * SECOND, 0, fresh, fresh, () -> 0);
        assertThat(policy.staleMaxAgeSeconds(fresh)).isEqualTo(seconds);
    }
}
