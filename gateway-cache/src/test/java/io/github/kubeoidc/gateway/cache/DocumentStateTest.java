// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.PublishedKey;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** CONTRACT 9: what is counted of fetches and keys, and what is read of documents. */
class DocumentStateTest {
    private static final String TWO_KEYS =
            "{\"keys\":[{\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\"AQAB\",\"kid\":\"a\",\"kty\":\"RSA\"},{\"kty\":\"EC\",\"x5c\":[\"z\"]}]}";

    private final CacheBench bench = new CacheBench();

    @Test
    void aDocumentThatWasNeverFetchedHasNoAgeAndNoKeys() {
        bench.failOnDemand(JWKS);
        assertThat(bench.cache.age(JWKS)).isNull();
        assertThat(bench.cache.keys()).isNull();
    }

    @Test
    void theAgeIsCountedFromTheLastGoodFetch() {
        bench.load(DISCOVERY, "{\"issuer\":\"https://issuer.example\"}");
        bench.clock.advance(Duration.ofSeconds(130).toNanos());
        bench.failOnDemand(DISCOVERY);
        assertThat(bench.cache.age(DISCOVERY)).isEqualTo(Duration.ofSeconds(130));
        assertThat(bench.cache.age(JWKS)).isNull();
    }

    @Test
    void theKeysAreThoseThatArePublished() {
        bench.load(JWKS, TWO_KEYS);
        assertThat(bench.cache.keys().number()).isEqualTo(2);
        assertThat(bench.cache.keys().first())
                .containsExactly(new PublishedKey("a", "RSA", "RS256"), new PublishedKey("", "EC", ""));
    }

    @Test
    void eachFetchIsToldOnceWithItsDuration() {
        bench.get(JWKS);
        bench.clock.advance(Duration.ofMillis(20).toNanos());
        bench.source.succeed(JWKS, TWO_KEYS);
        bench.clock.advance(Duration.ofSeconds(101).toNanos());
        bench.get(JWKS);
        bench.clock.advance(Duration.ofMillis(7).toNanos());
        bench.source.fail(JWKS, Outcome.FORBIDDEN);
        assertThat(bench.told).containsExactly("JWKS ok 20ms", "JWKS FORBIDDEN 7ms");
    }

    // 2.6: another issuer's document is refused as in 2.3, where "a refused document counts as a failed fetch"
    @Test
    void aDocumentOfAnotherIssuerIsToldAsInvalid() {
        CacheBench strict = new CacheBench(Map.of("EXPECTED_ISSUER", "https://expected.example"));
        strict.get(DISCOVERY);
        ExpectedIssuerTest.sendBoth(strict, "1", "https://issuer.example");
        assertThat(strict.told).containsExactly("DISCOVERY INVALID 0ms", "JWKS INVALID 0ms");
    }

    // 3.11: the log tells of sets that take turns once an hour; every change is counted
    @Test
    void everyChangeOfKeysIsCounted() {
        for (String kids : new String[] {"a", "b", "a", "b", "b"}) {
            bench.load(JWKS, "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"" + kids + "\"}]}");
            bench.clock.advance(Duration.ofSeconds(101).toNanos());
        }
        assertThat(bench.told)
                .filteredOn(told -> told.startsWith("keys"))
                .hasSize(3)
                .containsOnly("keys +1 -1");
    }
}
