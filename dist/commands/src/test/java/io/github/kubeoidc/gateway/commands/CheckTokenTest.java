// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.jose4j.jwk.RsaJsonWebKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 11: {@code check --token}, of a workload's token. */
class CheckTokenTest extends CheckedStandIn {
    @Test
    void aWorkloadsTokenIsVerified() throws Exception {
        String file = server.token.toString();
        assertThat(check(0, "--token", file))
                .contains("ok    workload token kid: one", "ok    workload token signature: RS256")
                .contains("ok    workload token iss: " + ISSUER, "ok    workload token aud: sts.amazonaws.com")
                .contains("ok    workload token exp: ", "ok    workload token nbf: there is none");
    }

    @Test
    void aWorkloadsTokenOfAnotherKeyFails() throws Exception {
        RsaJsonWebKey other = Tokens.rsa("one");
        keySet(other.toJson());
        assertThat(check(1, "--token", server.token.toString()))
                .contains("FAIL  workload token signature: is not by the served key one");
        other.setKeyId("two");
        keySet(other.toJson());
        assertThat(check(1, "--token", server.token.toString()))
                .contains("FAIL  workload token kid: one is not among the served keys")
                .contains("warn  workload token signature: not looked at, as its key is not there");
    }

    @Test
    void whatIsNoTokenIsNotPrinted() throws Exception {
        Path file = Files.writeString(directory.resolve("workload"), "secret-secret");
        assertThat(check(1, "--token", file.toString()))
                .contains("FAIL  workload token file: " + file + " holds no JSON Web Token")
                .doesNotContain("secret-secret");
    }

    /** For any token the check ends with its report. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"alg\":\"RS256\",\"kid\":5}|{\"exp\":1}|holds no JSON Web Token",
                "{\"alg\":5,\"kid\":\"one\"}|{\"exp\":1}|holds no JSON Web Token",
                "{\"alg\":\"RS256\",\"kid\":\"one\"}|{\"exp\":9223372036854775807}|workload token exp",
                "{\"alg\":\"RS256\",\"kid\":\"one\"}|{\"exp\":-9223372036854775808}|is past",
                "{\"alg\":\"RS256\",\"kid\":\"one\"}|{\"nbf\":1000000000000000000}|is to come"
            })
    void anOddTokenIsToldOf(String header, String claims, String message) throws Exception {
        String token = base64(header) + "." + base64(claims) + "." + base64("signature");
        Files.writeString(server.token, token);
        Path file = Files.writeString(directory.resolve("workload"), token);
        String said = check(1, "--token", file.toString(), "--json");
        assertThat(Facts.object(said.getBytes(StandardCharsets.UTF_8)).toString())
                .contains(message);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
