// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 11: {@code check --token}, of a workload's token. */
class CheckTokenTest extends SetUp {
    @Test
    void aWorkloadsTokenIsVerified() throws Exception {
        assertThat(check(0, "--token", upstream.token.toString()))
                .contains("ok    workload token kid: one", "ok    workload token signature: RS256")
                .contains("ok    workload token iss: " + ISSUER, "ok    workload token aud: sts.amazonaws.com")
                .contains("ok    workload token exp: ", "ok    workload token nbf: there is none");
    }

    @Test
    void eachKeyOfTheKidIsTried() throws Exception {
        keySet(Tokens.rsa("one").toJson(), "{\"kty\":\"AKP\",\"kid\":\"one\"}", KEY.toJson());
        assertThat(check(1, "--token", upstream.token.toString()))
                .contains("FAIL  keys: the kid of two keys is the same: one")
                .contains("ok    workload token kid: one, which 3 served keys have")
                .contains("ok    workload token signature: RS256");
    }

    /** A certificate beside the key is none of its members that count. */
    @Test
    void aKeyCountsWithoutItsCertificate() throws Exception {
        keySet(KEY.toJson().replaceFirst("\\{", "{\"x5c\":[\"none\"],"));
        assertThat(check(0, "--token", upstream.token.toString())).contains("ok    workload token signature: RS256");
    }

    @Test
    void aShortKeyIsToldToBeTheReason() throws Exception {
        RsaJsonWebKey small = RsaJwkGenerator.generateJwk(1024);
        small.setKeyId("small");
        keySet(KEY.toJson(), small.toJson());
        String token = Tokens.sign(small, "small", "{\"iss\":\"" + ISSUER + "\"}");
        assertThat(checkToken(1, token))
                .contains(
                        "FAIL  workload token signature: is by the served key small, which has 1024 bits, and verifiers"
                                + " refuse less than 2048; sign with a longer one");
    }

    /** RFC 7517, sections 4.2 and 4.4: what a key says that it is for. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sig|RS512|which is for RS512 by its alg, and verifiers refuse RS256; ",
                "sig|ES256|which is for ES256 by its alg, and verifiers refuse RS256; ",
                "enc|RS256|whose use is enc, and verifiers of tokens skip it; "
            })
    void aKeyThatSaysItIsForSomethingElseIsToldToBeTheReason(String use, String algorithm, String told)
            throws Exception {
        RsaJsonWebKey key = Tokens.rsa("two");
        key.setUse(use);
        key.setAlgorithm(algorithm);
        keySet(KEY.toJson(), key.toJson());
        String token = Tokens.sign(key, "two", "{\"iss\":\"" + ISSUER + "\"}");
        assertThat(checkToken(1, token))
                .contains("FAIL  workload token signature: is by the served key two, " + told)
                .doesNotContain("ok    workload token signature");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"kty":"AKP","kid":"a","alg":"ML-DSA-44"}|ML-DSA-44|there is a served key a, of type AKP, which cannot be used here;
            {"kty":"RSA","kid":"a","n":"","e":"AQAB"}|RS256|there is a served key a, which cannot be used: n or e is missing or no base64url;
            {"kty":"EC","kid":"a","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}|RS256|alg is RS256, and the served key a of type EC is for ES256;
            {"kty":"EC","kid":"a","crv":"secp256k1","x":"eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g","y":"SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg"}|ES256K|alg is ES256K, which is not known here;
            {"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"}|none|alg is none, and the served key a of type RSA is for PS256, PS384,
            """)
    void whyAServedKeyIsOfNoUseIsTold(String key, String algorithm, String told) throws Exception {
        keySet(KEY.toJson(), key);
        String token = Tokens.withHeader("{\"alg\":\"%s\",\"kid\":\"a\"}".formatted(algorithm));
        assertThat(checkToken(1, token))
                .contains("ok    workload token kid: a\n", "FAIL  workload token signature: " + told);
    }

    @Test
    void aTokenWithoutKidAndIssuerIsToldOf() throws Exception {
        String token = Tokens.base64("{\"alg\":\"RS256\"}") + "." + Tokens.base64("{\"exp\":1}") + ".AAAA";
        assertThat(checkToken(1, token))
                .contains("FAIL  workload token kid: there is none; ")
                .contains("warn  workload token signature: not looked at, as the token names no key")
                .contains("FAIL  workload token iss: there is none; ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|FAIL  workload token aud: there is none; ask for a token with the relying party's audience",
                "[\"a\",\"b\"]|warn  workload token aud: a, b; some relying parties take one audience only"
            })
    void anAudienceThatIsMissingOrNotAloneIsToldOf(String audience, String told) throws Exception {
        String token = Tokens.sign(KEY, "one", "{\"aud\":" + audience + "}");
        assertThat(checkToken(1, token)).contains(told);
    }

    /** docs/check.md: each of them is looked at, whatever another one is. */
    @Test
    void aClaimOfAWrongTypeKeepsNoOtherFromBeingLookedAt() throws Exception {
        String token = Tokens.sign(KEY, "one", "{\"iss\":5,\"aud\":[1],\"exp\":1,\"nbf\":\"1\"}");
        assertThat(checkToken(1, token))
                .contains(
                        "FAIL  workload token iss: is of a wrong type; who made the token?",
                        "FAIL  workload token aud: is of a wrong type; ",
                        "FAIL  workload token exp: 1970-01-01T00:00:01Z is past; ",
                        "FAIL  workload token nbf: is of a wrong type; ");
    }

    /** For any token the check ends with its report. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"alg":"RS256","kid":5}|{"exp":1}|holds no JSON Web Token
            {"alg":5,"kid":"one"}|{"exp":1}|holds no JSON Web Token
            {"alg":"RS256","kid":"one","b64":"x"}|{"exp":1}|is not by the served key one
            {"alg":"RS256","kid":"one","b64":5,"crit":null}|{"exp":1}|is not by the served key one
            {"alg":"RS256","kid":"one"}|{"nbf":1}|, no iss, no sub, no aud, never expires
            {"alg":"RS256","kid":"one"}|{"exp":9223372036854775807}|workload token exp
            {"alg":"RS256","kid":"one"}|{"exp":-9223372036854775808}|is past
            {"alg":"RS256","kid":"one"}|{"nbf":1000000000000000000}|is to come
            """)
    void anOddTokenIsToldOf(String header, String claims, String message) throws Exception {
        String token = Tokens.base64(header) + "." + Tokens.base64(claims) + "." + Tokens.base64("signature");
        Files.writeString(upstream.token, token);
        Files.writeString(workloadToken(), token);
        String said = check(1, "--token", workloadToken().toString(), "--json");
        assertThat(Facts.object(said.getBytes(StandardCharsets.UTF_8)).toString())
                .contains(message);
    }
}
