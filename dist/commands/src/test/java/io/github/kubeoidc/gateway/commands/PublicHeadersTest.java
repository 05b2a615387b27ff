// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 11: "headers that a CDN changed", of those in 1.1. */
class PublicHeadersTest {
    private final Map<String, List<String>> fields = new HashMap<>(Map.of(
            "Content-Type", List.of("application/json"),
            "Cache-Control", List.of("public, max-age=300"),
            "ETag", List.of("\"a1\""),
            "X-Content-Type-Options", List.of("nosniff"),
            "Access-Control-Allow-Origin", List.of("*")));

    @ParameterizedTest
    @ValueSource(strings = {"public, max-age=300", "Max-Age=300, Public", "PUBLIC,max-age=\"60\"", "public, max-age=0"})
    void theSameInOtherWordsIsFine(String caching) {
        fields.put("Cache-Control", List.of(caching));
        fields.put("etag", fields.remove("ETag"));
        assertThat(changed()).isEmpty();
    }

    @Test
    void twoFieldsAreOne() {
        fields.put("Cache-Control", List.of("max-age=300", "public"));
        assertThat(changed()).isEmpty();
        fields.put("Cache-Control", List.of("no-store", "public, max-age=300"));
        assertThat(changed()).containsExactly("Cache-Control is no-store, public, max-age=300, with no-store");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            no-store|without a max-age, without public, with no-store
            public|without a max-age
            max-age=300|without public
            private, max-age=300|without public, with private
            public, max-age=300, No-Cache|with no-cache
            public, max-age=300, stale-while-revalidate=60|with stale-while-revalidate=60
            public, max-age=300, s-maxage=9|with s-maxage=9
            public, max-age=-1|with a max-age that is no number
            public, max-age=abc|with a max-age that is no number
            public, max-age|with a max-age that is no number
            public, max-age=300, max-age=60|with 2 of max-age
            public, max-age=301|longer than the 300s of this configuration, and a rotation takes that much longer
            public, max-age=99999999999999999999|longer than the 300s of this configuration, and a rotation takes that much longer
            """)
    void whatDiffersIsTold(String caching, String told) {
        fields.put("Cache-Control", List.of(caching));
        assertThat(changed()).containsExactly("Cache-Control is " + caching + ", " + told);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Content-Type|application/json; charset=utf-8|Content-Type is application/json; charset=utf-8, not application/json
            Cache-Control||Cache-Control is missing, without a max-age
            ETag||ETag is missing, not a strong one
            ETag|W/"a1"|ETag is W/"a1", not a strong one
            ETag|a1|ETag is a1, not a strong one
            X-Content-Type-Options||X-Content-Type-Options is missing, not nosniff
            Access-Control-Allow-Origin|https://a.example|Access-Control-Allow-Origin is https://a.example, not *
            Content-Encoding|identity|Content-Encoding: identity was added
            Vary|Accept-Encoding|Vary: Accept-Encoding was added
            Set-Cookie|secret=1|Set-Cookie was added
            """)
    void aFieldThatDiffersIsTold(String name, String value, String told) {
        if (value == null) {
            fields.remove(name);
        } else {
            fields.put(name, List.of(value));
        }
        assertThat(changed()).containsExactly(told);
    }

    private List<String> changed() {
        return new PublicHeaders(fields).changed(Duration.ofSeconds(300));
    }
}
