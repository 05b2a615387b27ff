// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 11: {@code check} of token, CA and API server. */
class CheckApiServerTest extends CheckedStandIn {
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
                .doesNotContain("FAIL")
                .doesNotContain("warn");
    }

    @Test
    void withoutATokenTheRestIsLookedAt() throws Exception {
        Files.delete(server.token);
        assertThat(check(1))
                .contains("FAIL  token: SA_TOKEN_PATH " + server.token + " does not exist; mount")
                .contains("ok    API server TLS")
                .contains("warn  documents: not looked at, as there is no token");
    }

    @Test
    void aTokenThatExpiredFails() throws Exception {
        Files.writeString(server.token, token(ISSUER, -5));
        assertThat(check(1)).contains("FAIL  token: " + server.token + " expired at ");
    }

    /** A 401 may be about it; a Secret's token has none. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"\"sts.amazonaws.com\"|aud sts.amazonaws.com", "[\"a\",\"b\"]|aud a, b", "[]|no aud"})
    void theAudienceOfTheTokenIsShown(String audience, String shown) throws Exception {
        String claims = "{\"iss\":\"" + ISSUER + "\",\"sub\":\"s\",\"aud\":" + audience + "}";
        Files.writeString(server.token, Tokens.sign(KEY, "one", claims));
        assertThat(check(0))
                .contains("ok    token: " + server.token + ", iss " + ISSUER + ", sub s, " + shown + ", never expires");
    }

    @Test
    void aTokenOfAnotherClusterFails() throws Exception {
        Files.writeString(server.token, token("https://other.example", 60));
        assertThat(check(1)).contains("FAIL  issuer: " + ISSUER + " is not the iss of the gateway's token");
    }

    @Test
    void withoutACaNothingIsSent() throws Exception {
        Files.writeString(directory.resolve("ca.crt"), "none");
        assertThat(check(1))
                .contains("FAIL  CA: SA_CA_CERT_PATH", "has no PEM certificate")
                .contains("warn  API server TLS: not looked at, as there is no CA");
    }

    @Test
    void aNameThatIsNotThereFails() throws Exception {
        server.environment.put("UPSTREAM_HOST", "https://nothing.invalid");
        assertThat(check(1))
                .contains("FAIL  API server name: host nothing.invalid cannot be resolved, is UPSTREAM_HOST right?")
                .contains("warn  API server TCP, TLS: not looked at");
    }

    @Test
    void aPortThatNobodyListensOnFails() throws Exception {
        server.close();
        assertThat(check(1))
                .contains("FAIL  API server TCP: no connection to 127.0.0.1:")
                .contains("warn  documents: not looked at, as the API server could not be reached");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"401|401: is the token valid?; make", "403|403: is the ClusterRole bound?; grant"})
    void aStatusIsExplained(int status, String why) throws Exception {
        server.statuses.put(StandIn.JWKS, status);
        assertThat(check(1))
                .contains("FAIL  document /openid/v1/jwks: " + why)
                .contains("ok    issuer: " + ISSUER, "ok    jwks_uri: ")
                .contains("warn  keys, relying parties: not looked at, as the key set could not be had");
    }

    @Test
    void aDocumentThatIsNoneFails() throws Exception {
        keySet();
        assertThat(check(1)).contains("FAIL  document /openid/v1/jwks: not a valid document: keys is empty");
    }

    @Test
    void withoutTheDiscoveryDocumentTheKeysAreLookedAt() throws Exception {
        server.statuses.put(StandIn.DISCOVERY, 404);
        assertThat(check(1))
                .contains(
                        "warn  issuer, jwks_uri, relying parties: not looked at, as the discovery document could not be")
                .contains("ok    keys: 1: RSA key one");
    }

    /** "one line a step: [...] what to do": in time, as nobody can fetch anything a week later. */
    @ParameterizedTest
    @CsvSource({"6, warn", "9, ok"})
    void aCertificateThatExpiresWithinAWeekIsToldOf(String days, String verdict) throws Exception {
        Certificates soon = Certificates.inMemory(
                none -> none.make("server", "-validity", days, "-ext", "bc:c", "-ext", "san=ip:127.0.0.1"));
        HttpsServer https = HttpsServer.create(StandIn.loopback(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(soon.server("server")));
        try (StandIn other = new StandIn(Files.createDirectory(directory.resolve("other")), https, "https")) {
            Files.writeString(directory.resolve("ca.crt"), soon.pem("server"));
            server.environment.put("UPSTREAM_HOST", other.environment.get("UPSTREAM_HOST"));
            server.run("check");
            assertThat(server.out()).contains("\n%-4s  API server TLS: TLSv1.3, certificate by ".formatted(verdict));
        }
    }
}
