// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Waiting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 9: {@code token_expiry_timestamp_seconds}. */
class TokenExpiryTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"exp\":1700000000}; 1700000000",
                "{\"aud\":[\"a\",{}],\"exp\":1700000000.9,\"iss\":\"b\"}; 1700000000",
                "{\"exp\":1.7e9}; 1700000000"
            })
    void isTheClaimOfTheToken(String claims, long seconds) {
        assertThat(TokenExpiry.of(token(claims))).isEqualTo(Instant.ofEpochSecond(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"exp\":\"1700000000\"}",
                "{\"exp\":null}",
                "{\"exp\":1e300}",
                "[]",
                "1",
                "",
                "{\"exp\":",
                "\0"
            })
    void isNotKnownWhereTheTokenDoesNotSayIt(String claims) {
        assertThat(TokenExpiry.of(token(claims))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"opaque", "a.b", "a.b.c.d", "a.====.c", "..", ""})
    void isNotKnownWhereTheTokenIsNoJwt(String token) {
        assertThat(TokenExpiry.of(token)).isNull();
    }

    @Test
    @Timeout(60)
    void theSourceTellsThatOfItsFile(@TempDir Path directory) {
        try (Bench bench = new Bench(directory)) {
            bench.write(bench.token, token("{\"exp\":1700000000}"));
            UpstreamSource source = bench.open("http://127.0.0.1:1").source;
            // The file is read on a thread of the source.
            Waiting.until(() -> source.tokenExpiry() != null);
            assertThat(source.tokenExpiry()).isEqualTo(Instant.ofEpochSecond(1700000000));
        }
    }

    @Test
    void aFileThatWasReplacedIsReadAgainWithoutAFetch(@TempDir Path directory) throws Exception {
        Path path = Files.writeString(directory.resolve("token"), token("{\"exp\":1700000000}"));
        TokenFile file = new TokenFile(path, Runnable::run, LastGoodFile.READ_WAIT);
        assertThat(file.expiry()).isEqualTo(Instant.ofEpochSecond(1700000000));
        Files.writeString(path, token("{\"exp\":1800000000}"));
        assertThat(file.expiry()).isEqualTo(Instant.ofEpochSecond(1800000000));
        Files.delete(path);
        assertThat(file.expiry()).isEqualTo(Instant.ofEpochSecond(1800000000));
    }

    private static String token(String claims) {
        return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".c2ln";
    }
}
