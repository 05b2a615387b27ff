// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 3.11, 6.4 and 9: what is told of documents, which says nothing where there is nothing to be read. */
class DocumentMembersTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"jwks_uri\":1}", "{\"a\":{\"jwks_uri\":\"x\"}}", "[]", "", "{\"jwks_uri\"", "nonsense"})
    void withoutAJwksUriNoneIsTold(String json) {
        assertThat(DocumentMembers.jwksUri(json.getBytes(StandardCharsets.UTF_8)))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 0",
                "{\"keys\":1} | 0",
                "[] | 0",
                "nonsense | 0",
                "{\"a\":1,\"keys\":[{\"kid\":\"x\"}]} | 1",
                "{\"keys\":[{\"kid\":\"x\"},{\"kid\":\"y\"},7,{\"kid\":\"z\"}]} | 2"
            })
    void asManyKeysAreToldAsCanBeRead(String json, int number) {
        byte[] jwks = json.getBytes(StandardCharsets.UTF_8);
        assertThat(DocumentMembers.keys(jwks).number()).isEqualTo(number);
        assertThat(DocumentMembers.ids(jwks)).hasSize(number);
    }

    @Test
    void whatIsBesideThemIsPassedOver() {
        byte[] discovery = "{\"issuer\":\"i\",\"jwks_uri\":\"x\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(DocumentMembers.jwksUri(discovery)).isEqualTo("x");
        byte[] jwks = """
                {"keys": [{"kty": "RSA", "n": "x", "kid": "a", "x5c": ["y"], "alg": "RS256"}, {"kid": 7, "kty": "EC"}]}
                """.getBytes(StandardCharsets.UTF_8);
        PublishedKeys keys = DocumentMembers.keys(jwks);
        assertThat(keys.first()).containsExactly(new PublishedKey("a", "RSA", "RS256"), new PublishedKey("", "EC", ""));
        assertThat(DocumentMembers.ids(jwks)).containsExactly("a");
    }

    /** CONTRACT 9: "`key_info{kid,kty,alg}` (100 at most)" */
    @Test
    void aHundredKeysAreKeptAndAllAreCounted() {
        String keys = IntStream.rangeClosed(1, 101)
                .mapToObj(i -> "{\"kid\":\"" + i + "\"}")
                .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
        PublishedKeys published = DocumentMembers.keys(keys.getBytes(StandardCharsets.UTF_8));
        assertThat(published.number()).isEqualTo(101);
        assertThat(published.first()).hasSize(100);
    }
}
