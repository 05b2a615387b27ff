// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.DocumentKind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 11, {@code --public-url}: what the documents say that are served there. */
class PublicDocumentsTest {
    private static final String HERE = "https://oidc.example/clusters/a";
    private static final String ONE = "{\"kty\":\"RSA\",\"kid\":\"one\"}";
    private static final String TWO = "{\"kid\":\"two\",\"kty\":\"RSA\"}";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final PublicDocuments documents = new PublicDocuments(
            new Report(new PrintStream(out, true, StandardCharsets.UTF_8), false), "public URL ", HERE);

    // OpenID Connect Discovery 1.0, section 4: a slash at the end is removed.
    @ParameterizedTest
    @CsvSource({
        "ok, https://oidc.example/clusters/a, here",
        "ok, https://oidc.example/clusters/a/, here",
        "ok, HTTPS://OIDC.example:443/clusters/a, here",
        "FAIL, https://oidc.example, https://oidc.example",
        "FAIL, https://oidc.example/clusters/b, https://oidc.example/clusters/b",
        "FAIL, https://oidc.example/clusters/a//, https://oidc.example/clusters/a/",
        "warn, https://other.example/clusters/a, https://other.example/clusters/a",
        "warn, https://oidc.example:8443/clusters/a, https://oidc.example:8443/clusters/a"
    })
    void whereAnIssuerLeadsIsTold(String verdict, String issuer, String there) {
        documents.look(discovery(issuer, HERE + "/openid/v1/jwks"));
        String leads = "%-4s  public URL issuer: %s leads ".formatted(verdict, issuer);
        if (verdict.equals("ok")) {
            assertThat(said()).isEqualTo(leads + there + "\n");
        } else {
            assertThat(said())
                    .startsWith(leads + "relying parties to " + there + "/.well-known/openid-configuration; ");
        }
    }

    @Test
    void aPrivateJwksUriFails() {
        documents.look(discovery(HERE, "https://10.0.0.1:6443/openid/v1/jwks"));
        assertThat(said())
                .contains("FAIL  public URL jwks_uri: https://10.0.0.1:6443/openid/v1/jwks has a private address; ");
    }

    @ParameterizedTest
    @CsvSource({
        "https://OIDC.Example/clusters/a/openid/v1/jwks, false",
        "https://oidc.example:443/clusters/a/openid/v1/jwks, false",
        "https://oidc.example/clusters/A/openid/v1/jwks, true",
        "https://oidc.example/clusters/a/openid/v1/jwks/, true",
        "https://oidc.example/clusters/a/openid/v1/jwks?a=b, true",
        "https://other.example/clusters/a/openid/v1/jwks, true"
    })
    void aJwksUriThatLeadsElsewhereIsTold(String jwksUri, boolean told) {
        documents.look(discovery(HERE, jwksUri));
        assertThat(said().contains("warn  public URL jwks_uri: " + jwksUri + " is not below this address"))
                .as(said())
                .isEqualTo(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ONE + "," + TWO + "|ok    step: byte for byte",
                TWO + "," + ONE + "|ok    step: what this configuration serves, its keys in another order",
                ONE + "|FAIL  step: is not what the API server has",
                ONE + "," + TWO + "," + TWO + "|FAIL  step: is not what the API server has",
                TWO + "," + TWO + "|FAIL  step: is not what the API server has"
            })
    void keysMayComeInAnotherOrder(String keys, String told) {
        documents.compare("step", DocumentKind.JWKS, keySet(keys), keySet(ONE + "," + TWO));
        assertThat(said()).startsWith(told);
    }

    private static byte[] keySet(String keys) {
        return ("{\"keys\":[" + keys + "]}").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] discovery(String issuer, String jwksUri) {
        return "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}"
                .formatted(issuer, jwksUri)
                .getBytes(StandardCharsets.UTF_8);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
