// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.spec.ECParameterSpec;
import java.util.List;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.keys.EllipticCurves;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 11: which keys verifiers can use, and for which algorithms. */
class KeyTest {
    /** The points are those of RFC 7517 (appendix A.1) and RFC 8037 (appendix A.2). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "'kty':'RSA','n':'AQAB','e':'AQAB'",
                "'kty':'EC','crv':'P-256','x':'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',"
                        + "'y':'4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM'",
                "'kty':'OKP','crv':'Ed25519','x':'11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'",
                "'kty':'AKP','alg':'ML-DSA-44','pub':'AQAB'"
            })
    void aKeyThatCanBeUsedHasNoProblem(String members) {
        assertThat(key(members).problem()).isNull();
    }

    @RepeatedTest(5)
    void aPointThatWasMadeIsOneOfItsCurve() throws Exception {
        for (ECParameterSpec curve : List.of(EllipticCurves.P256, EllipticCurves.P384, EllipticCurves.P521)) {
            String made = EcJwkGenerator.generateJwk(curve).toJson();
            assertThat(new Key(Facts.object(made.getBytes(StandardCharsets.UTF_8))).problem())
                    .as(made)
                    .isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'kty':'RSA'|n or e is missing or no base64url
            'kty':'RSA','n':'AQAB'|n or e is missing or no base64url
            'kty':'RSA','n':'','e':'AQAB'|n or e is missing or no base64url
            'kty':'RSA','n':'AQ+B','e':'AQAB'|n or e is missing or no base64url
            'kty':'RSA','n':'AQABA','e':'AQAB'|n or e is missing or no base64url
            'kty':'RSA','n':5,'e':'AQAB'|n or e is missing or no base64url
            'kty':'RSA','n':'AQAB','e':'Ag'|e is no exponent
            'kty':'RSA','n':'AQAB','e':'AQ'|e is no exponent
            'kty':'EC'|crv is missing or not known
            'kty':'EC','crv':'P-257','x':'AQ','y':'AQ'|crv is missing or not known
            'kty':'EC','crv':'P-256','x':'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4'|x or y is missing or not of the curve's length
            'kty':'EC','crv':'P-256','x':'AQ','y':'AQ'|x or y is missing or not of the curve's length
            'kty':'EC','crv':'P-256','x':'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4','y':'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4'|x and y are no point of the curve
            'kty':'OKP','crv':'Ed25519'|x is missing or not of the curve's length
            'kty':'OKP','crv':'Ed25519','x':'AQ'|x is missing or not of the curve's length
            'kty':'OKP','crv':'Ed1','x':'AQ'|crv is missing or not known
            """)
    void aKeyThatCannotBeUsedIsTold(String members, String problem) {
        assertThat(key(members).problem()).isEqualTo(problem);
    }

    /** Without an alg it is the type that says so, and a type is written in one way alone (RFC 7517, section 4.1). */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'kty':'RSA','alg':'RS256'|RS256
            'kty':'RSA'|PS256, PS384, PS512, RS256, RS384, RS512
            'kty':'RSA','alg':'ES256'|``
            'kty':'rsa','alg':'RS256'|``
            'kty':'EC','crv':'P-256'|ES256
            'kty':'EC','crv':'P-384','alg':'ES256'|``
            'kty':'EC','crv':'secp256k1'|ES256K
            'kty':'OKP','crv':'Ed25519'|Ed25519, EdDSA
            'kty':'OKP','crv':'EdDSA'|``
            'kty':'OKP','crv':'X25519'|``
            'kty':'AKP','alg':'ML-DSA-44'|``
            """)
    void theTypeLimitsTheAlgorithms(String members, String algorithms) {
        assertThat(String.join(", ", key(members).algorithms().stream().sorted().toList()))
                .isEqualTo(algorithms);
    }

    private static Key key(String members) {
        return new Key(Facts.object(("{" + members.replace('\'', '"') + "}").getBytes(StandardCharsets.UTF_8)));
    }
}
