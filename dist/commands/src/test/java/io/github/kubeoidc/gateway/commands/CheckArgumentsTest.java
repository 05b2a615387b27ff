// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 11: the arguments of {@code check} and the forms of its report. No token is printed in any of them. */
class CheckArgumentsTest extends SetUp {
    /** A token in place of its file's path, or of anything else. */
    @ParameterizedTest
    @ValueSource(strings = {"--token ", "--public-ca ", "--relying-party ", "", "--public-url https://a.example/?"})
    void aTokenAmongTheArgumentsIsNotPrinted(String before) throws Exception {
        String token = Files.readString(upstream.token);
        assertThat(check(2, (before + token).split(" "))).isEmpty();
        assertThat(upstream.err()).doesNotContain(token.substring(0, 20));
    }

    @Test
    void aTokenInPlaceOfItsPathIsNotPrinted() throws Exception {
        upstream.environment.put("SA_TOKEN_PATH", Files.readString(upstream.token));
        assertThat(check(2)).isEmpty();
        assertThat(upstream.err())
                .contains("SA_TOKEN_PATH=\"***\": allowed is a path")
                .doesNotContain("eyJ");
    }

    @Test
    void helpListsTheNamesOfRelyingParties() throws Exception {
        assertThat(check(0, "--help"))
                .contains("NAME is one of", "aws, claude, entra, gcp, keycloak, nimbus, strimzi.");
    }

    @Test
    void jsonIsOneObject() throws Exception {
        upstream.statuses.put(StandIn.JWKS, 403);
        JsonObject report = Facts.object(check(1, "--json").getBytes(StandardCharsets.UTF_8));
        assertThat(report.get("ok").getAsBoolean()).isFalse();
        assertThat(report.getAsJsonArray("steps").toString())
                .contains("{\"verdict\":\"FAIL\",\"step\":\"document /openid/v1/jwks\",\"seen\":\"403: is the");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --relying-party acme|--relying-party acme is not known; allowed is aws, claude, entra, gcp,
            --public-url http://a.example|--public-url http://a.example: allowed is an https URL
            --public-url https://u:secret@a.example|--public-url ***: allowed is an https URL
            --public-url https://a.example?secret|--public-url ***: allowed is an https URL
            --public-url https://a.example:65536|--public-url https://a.example:65536: allowed is an https URL
            --public-url https://a.example:0|--public-url https://a.example:0: allowed is an https URL
            --public-ca ca.crt|--public-ca without --public-url
            --yaml|unknown argument: --yaml; allowed is [--public-url URL]
            """)
    void misuseIsStatus2(String arguments, String message) throws Exception {
        assertThat(check(2, arguments.split(" "))).isEmpty();
        assertThat(upstream.err()).startsWith("kube-oidc-gateway: " + message).doesNotContain("secret");
    }
}
