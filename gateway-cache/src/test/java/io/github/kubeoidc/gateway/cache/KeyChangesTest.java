// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.LogLines;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** CONTRACT 3.11: "Keys that change are told". */
class KeyChangesTest {
    private static final Duration BEYOND_TTL = Duration.ofSeconds(101);

    private final LogLines log = LogLines.listen();
    private CacheBench bench = new CacheBench();

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void theFirstKeysAreNoChangeAndNeitherAreTheSame() {
        load(keys("a", "b"));
        load(keys("a", "b"));
        load(keys("b", "a"));
        load("{\"other\":1,\"keys\":[{\"kid\":\"a\",\"kty\":\"RSA\"},{\"kid\":\"b\",\"kty\":\"EC\"}]}");
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void keysThatCameAndThoseThatWentAreOneLine() {
        load(keys("a", "b", "c"));
        load(keys("b", "d"));
        load(keys("b", "d", "e"));
        load(keys("e"));
        assertThat(log.lines())
                .containsExactly(
                        "INFO path=/openid/v1/jwks keys changed: came d; went a c",
                        "INFO path=/openid/v1/jwks keys changed: came e; went none",
                        "INFO path=/openid/v1/jwks keys changed: came none; went b d");
    }

    @Test
    void anIndentedDocumentHasTheSameKeys() {
        bench = new CacheBench(Map.of("PRETTY_PRINT_JSON", "true"));
        load(keys("a"));
        load(keys("a"));
        load(keys("b"));
        assertThat(log.lines()).containsExactly("INFO path=/openid/v1/jwks keys changed: came b; went a");
    }

    // "identifiers only, escaped, ten of each at most, then their number"
    @Test
    void manyAreCutAndNoneForgesALine() {
        load(keys("a"));
        load(keys(IntStream.range(10, 20).mapToObj(i -> "k" + i).toArray(String[]::new)));
        assertThat(log.lines().get(0)).endsWith("came k10 k11 k12 k13 k14 k15 k16 k17 k18 k19; went a");
        load(keys("b"));
        load(keys(IntStream.range(10, 35).mapToObj(i -> "k" + i).toArray(String[]::new)));
        assertThat(log.lines().get(2)).endsWith("came k10 k11 k12 k13 k14 k15 k16 k17 k18 k19 and 15 more; went b");
        load("{\"keys\":[{\"kid\":\"x\\nERROR y\",\"kty\":\"RSA\",\"n\":\"secret\"}]}");
        assertThat(log.lines().get(3))
                .contains("came x\\u000aERROR\\u0020y; went k10")
                .doesNotContain("secret");
        load(keys("y".repeat(1000)));
        assertThat(log.lines().get(4)).contains("came " + "y".repeat(64) + "; went x");
    }

    @Test
    void keysWithoutAnIdentifierAreNotTold() {
        load("{\"keys\":[{\"kty\":\"RSA\"},{\"kid\":7,\"kty\":\"RSA\"},{\"kid\":\"a\"}]}");
        load("{\"keys\":[{\"kid\":\"b\"}]}");
        assertThat(log.lines()).containsExactly("INFO path=/openid/v1/jwks keys changed: came b; went a");
    }

    // "Two key sets that take turns … are one WARN an hour"
    @Test
    void setsThatTakeTurnsAreOneWarningAnHour() {
        for (int i = 0; i < 120; i++) {
            load(keys("a", "same"));
            load(keys("b", "same"));
        }
        // 240 fetches in 404 minutes.
        assertThat(log.lines().get(0)).isEqualTo("INFO path=/openid/v1/jwks keys changed: came b; went a");
        assertThat(log.lines().subList(1, log.lines().size()))
                .hasSize(7)
                .allMatch(line -> line.startsWith("WARN path=/openid/v1/jwks two key sets take turns"));
    }

    // "Keys that change are told": a warning is about the two sets that it names, and hides no change to another
    @Test
    void aSetThatComesAndGoesAfterAWarningIsToldBothTimes() {
        load(keys("a", "b"));
        load(keys("a"));
        load(keys("a", "b"));
        load(keys("a"));
        load(keys("a", "b"));
        load(keys("a", "b", "new"));
        load(keys("a", "b"));
        load(keys("a", "b", "new"));
        String turns = "WARN path=/openid/v1/jwks two key sets take turns, as while API servers disagree:";
        assertThat(log.lines())
                .containsExactly(
                        "INFO path=/openid/v1/jwks keys changed: came none; went b",
                        turns + " one has b, the other none",
                        "INFO path=/openid/v1/jwks keys changed: came new; went none",
                        turns + " one has none, the other new");
    }

    @Test
    void anIdentifierWithTheSeparatorOfTwoIsToldToo() {
        load(keys("a\\u0000b"));
        load(keys("a", "b"));
        assertThat(log.lines()).hasSize(1);
    }

    // "are one WARN an hour": of the change before, and of the warning before, to the nanosecond
    @Test
    void setsTakeTurnsWithinAnHourAndAreToldAgainAfterOne() {
        load(keys("a"));
        bench.load(JWKS, keys("b"));
        bench.advance(Duration.ofHours(1).minusNanos(1));
        bench.load(JWKS, keys("a"));
        bench.advance(Duration.ofMinutes(30));
        bench.load(JWKS, keys("b"));
        bench.advance(Duration.ofMinutes(30));
        bench.load(JWKS, keys("a"));
        bench.advance(Duration.ofHours(1));
        bench.load(JWKS, keys("b"));
        assertThat(log.lines())
                .extracting(line -> line.replaceAll(" path.*(changed|turns).*", " $1"))
                .containsExactly("INFO changed", "WARN turns", "WARN turns", "INFO changed");
    }

    @Test
    void aChangeSinceAnEarlierProcessIsTold() {
        bench = new CacheBench(Map.of(), new FakeStore().with(JWKS, keys("a"), Duration.ofHours(9)));
        load(keys("b"));
        assertThat(log.lines()).containsExactly("INFO path=/openid/v1/jwks keys changed: came b; went a");
    }

    private void load(String json) {
        bench.load(JWKS, json);
        bench.advance(BEYOND_TTL);
    }

    private static String keys(String... ids) {
        return IntStream.range(0, ids.length)
                .mapToObj(i -> "{\"kty\":\"RSA\",\"kid\":\"" + ids[i] + "\",\"e\":[{\"kid\":\"inner\"}]}")
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }
}
