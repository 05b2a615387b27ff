// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 11: {@code check} of token, CA and API server where nothing is broken. */
class CheckApiServerTest extends SetUp {
    @Test
    void allIsWell() throws Exception {
        assertThat(check(0))
                .contains(
                        "ok    token: ",
                        "iss " + ISSUER + ", sub a, aud sts.amazonaws.com, expires",
                        "ok    CA: ",
                        ", 1 certificate, CN=")
                .contains("ok    API server name: 127.0.0.1", "ok    API server TCP: ", "ok    API server TLS: TLSv1.3")
                .contains("ok    document /.well-known/openid-configuration: 200, valid")
                .contains("ok    issuer: " + ISSUER + ", as in the token", "ok    jwks_uri: ")
                .contains("ok    keys: 1: RSA key one, 2048 bits", "ok    relying party aws: ")
                .doesNotContain("FAIL", "warn");
    }

    /** A 401 may be about it; a Secret's token has none. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"\"sts.amazonaws.com\"|aud sts.amazonaws.com", "[\"a\",\"b\"]|aud a, b", "[]|no aud"})
    void theAudienceOfTheTokenIsShown(String audience, String shown) throws Exception {
        String claims = "{\"iss\":\"" + ISSUER + "\",\"sub\":\"s\",\"aud\":" + audience + "}";
        Files.writeString(upstream.token, Tokens.sign(KEY, "one", claims));
        assertThat(check(0))
                .contains(
                        "ok    token: " + upstream.token + ", iss " + ISSUER + ", sub s, " + shown + ", never expires");
    }

    /** "one line a step: [...] what to do": in time, as nobody can fetch anything a week later. */
    @ParameterizedTest
    @CsvSource({"6, warn", "9, ok"})
    void aCertificateThatExpiresWithinAWeekIsToldOf(String days, String verdict) throws Exception {
        Certificates soon = Certificates.inMemory(
                none -> none.make("server", "-validity", days, "-ext", "bc:c", "-ext", "san=ip:127.0.0.1"));
        StandIn other = server(soon.server("server"), "TLSv1.3");
        Files.writeString(ca(), soon.pem("server"));
        upstream.environment.put("UPSTREAM_HOST", other.environment.get("UPSTREAM_HOST"));
        upstream.run("check");
        assertThat(upstream.out()).contains("\n%-4s  API server TLS: TLSv1.3, certificate by ".formatted(verdict));
    }
}
