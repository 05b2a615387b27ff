// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 11: {@code check} of issuer, {@code jwks_uri}, keys and what relying parties demand of them. */
class CheckDocumentsTest extends SetUp {
    /** The members of a key of P-256 (RFC 7517, appendix A.1). */
    private static final String POINT =
            "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","
                    + "\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"";

    // "jwks_uri (public, not a private, link-local or cluster-internal address)": also where a name leads to one
    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.2.3",
                "172.16.0.1",
                "192.168.9.9",
                "169.254.1.1",
                "127.0.0.1",
                "100.64.0.1",
                "fd00::1",
                "fe80::1"
            })
    void aNameThatLeadsToAPrivateAddressIsTold(String address) throws Exception {
        discovery(ISSUER, "https://keys.example/k");
        upstream.names.put("issuer.example", new String[] {"203.0.113.7", address});
        upstream.names.put("keys.example", new String[] {address});
        assertThat(check(0))
                .containsPattern(
                        "warn  issuer name: issuer\\.example is [0-9a-f:.]+ here, which is a private address; ask")
                .containsPattern(
                        "warn  jwks_uri name: keys\\.example is [0-9a-f:.]+ here, which is a private address; ask")
                .doesNotContain("203.0.113.7");
    }

    @Test
    void aNameIsLookedUpOnceAndOneThatIsNotThereIsTold() throws Exception {
        assertThat(check(0))
                .contains("ok    issuer name: issuer.example is 203.0.113.7\n")
                .doesNotContain("jwks_uri name");
        discovery(ISSUER, "https://keys.example/k");
        assertThat(check(0)).contains("warn  jwks_uri name: keys.example cannot be resolved here; ask a name server ");
        discovery("https://203.0.113.7", "https://[2001:db8::1]/k");
        token("https://203.0.113.7", 60);
        assertThat(check(0))
                .doesNotContain(" name: 203")
                .doesNotContain("issuer name")
                .doesNotContain("jwks_uri name");
    }

    @Test
    void aNameServerThatDoesNotAnswerHoldsNothingUp() throws Exception {
        upstream.environment.put("UPSTREAM_TIMEOUT_SECONDS", "3");
        upstream.names.put("issuer.example", StandIn.NO_ANSWER);
        assertThat(check(0))
                .contains("warn  issuer name: issuer.example was not resolved within 3s; ask a name server ");
    }

    // 2.5: what counts is what is published
    @Test
    void jwksUriOfTheConfigurationCounts() throws Exception {
        discovery(ISSUER, "https://10.0.0.1:6443/openid/v1/jwks");
        upstream.environment.put("JWKS_URI", ISSUER + "/published");
        assertThat(check(0)).contains("ok    jwks_uri: " + ISSUER + "/published\n");
        upstream.environment.put("JWKS_URI", "https://192.168.0.1/published");
        assertThat(check(1))
                .contains("FAIL  jwks_uri: https://192.168.0.1/published has a private address; JWKS_URI is what is"
                        + " published: set it to the public URL of the gateway's key set");
    }

    // 2.6: "a discovery document with another issuer is refused …, its JWKS is refused too"
    @Test
    void bothDocumentsOfAnotherIssuerThanTheExpectedFail() throws Exception {
        upstream.environment.put("EXPECTED_ISSUER", "https://other.example");
        String why = " is " + ISSUER + ", and EXPECTED_ISSUER is https://other.example; the gateway refuses it";
        assertThat(check(1))
                .contains("FAIL  document " + StandIn.DISCOVERY + ": not a valid document: its issuer" + why)
                .contains("FAIL  document " + StandIn.JWKS + ": not a valid document: the issuer beside it" + why)
                .contains("warn  issuer, jwks_uri, keys, relying parties: not looked at");
        upstream.environment.put("EXPECTED_ISSUER", ISSUER + "/");
        assertThat(check(1))
                .contains("EXPECTED_ISSUER is " + ISSUER + "/, which differs by the slash at the end alone; the gateway"
                        + " refuses it: correct EXPECTED_ISSUER");
        upstream.environment.put("EXPECTED_ISSUER", ISSUER);
        assertThat(check(0)).doesNotContain("FAIL");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{" + POINT
                        + ",\"alg\":\"ES256\",\"use\":\"sig\"}|warn  keys: no kid: EC key without kid; verifiers cannot tell",
                "{\"kty\":\"AKP\",\"kid\":\"a\",\"alg\":\"ML-DSA-44\",\"use\":\"sig\",\"pub\":\"AQAB\"}|warn  keys: a type that some verifiers refuse the whole set for: AKP key a; ",
                "{\"kty\":\"rsa\",\"kid\":\"a\",\"alg\":\"RS256\",\"use\":\"sig\"}|warn  keys: a type that some verifiers refuse the whole set for: rsa key a; ",
                "{" + POINT + ",\"kid\":\"a\",\"use\":\"sig\"}|warn  keys: no alg: EC key a",
                "{" + POINT
                        + ",\"kid\":\"a\",\"alg\":\"RS256\",\"use\":\"sig\"}|warn  keys: an alg of another type: EC key a",
                "{" + POINT + ",\"kid\":\"a\",\"alg\":\"ES256\"}|warn  keys: no use: EC key a",
                "{" + POINT
                        + ",\"kid\":\"a\",\"alg\":\"ECDH-ES\",\"use\":\"enc\"}|warn  keys: a use other than sig: EC key a",
                "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"kid\":\"a\",\"alg\":\"RS256\",\"use\":\"sig\"}|warn  keys: less than 2048 bits: RSA key a; ",
                "{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"AQAB\",\"kid\":\"a\",\"alg\":\"RS256\",\"use\":\"sig\"}|warn  keys: cannot be used: RSA key a (n or e is missing or no base64url); "
            })
    void anOddKeyIsTold(String odd, String line) throws Exception {
        keySet(KEY.toJson(), odd);
        assertThat(check(0)).contains(line);
    }

    @Test
    void aSetWithoutAKeyThatCanBeUsedFails() throws Exception {
        keySet("{\"kty\":\"RSA\",\"kid\":\"a\",\"alg\":\"RS256\",\"use\":\"sig\"}");
        assertThat(check(1)).contains("FAIL  keys: cannot be used: RSA key a (").doesNotContain("ok    keys");
    }

    // Of a key without alg its type says what it can be used for.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{" + POINT + ",\"kid\":\"a\",\"use\":\"sig\"}|EC key a (P-256)",
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"a\"}|OKP key a (Ed25519)",
                "{\"kty\":\"AKP\",\"kid\":\"a\"}|AKP key a",
                "{\"kty\":\"rsa\",\"kid\":\"a\",\"alg\":\"RS256\"}|rsa key a (RS256)",
                "{\"kty\":\"RSA\",\"kid\":\"a\",\"alg\":\"RS256\",\"use\":\"enc\"}|no key is for signatures"
            })
    void aKeyOfAnotherTypeIsNoneForRs256(String key, String told) throws Exception {
        keySet(key);
        assertThat(check(1, "--relying-party", "entra"))
                .contains("FAIL  relying party entra: demands RS256, but: " + told + "; see");
    }

    // A demand fails the check only where its relying party was named.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            aws|at most 100 EC keys|ES256
            gcp|no x5c and no x5t|RS256
            entra|the first 100 keys are kept|ES256
            entra|RS256|ES256
            nimbus|a key set of at most 51,200 bytes|ES256
            """)
    void aDemandThatIsNotMetIsToldWithItsSource(String name, String demanded, String algorithm) throws Exception {
        String[] many = new String[101];
        for (int i = 0; i < many.length; i++) {
            many[i] = "{%s,\"kid\":\"%d\",\"alg\":\"%s\",\"use\":\"sig\",\"x5c\":[\"%s\"]}"
                    .formatted(POINT, i, algorithm, "x".repeat(600));
        }
        keySet(many);
        assertThat(check(0)).contains("warn  relying party " + name + ": demands " + demanded + ", but: ");
        assertThat(check(1, "--relying-party", name))
                .contains("FAIL  relying party " + name + ": demands " + demanded + ", but: ")
                .contains("; see https://");
    }

    @Test
    void gcpTakesNoThumbprintEither() throws Exception {
        keySet(KEY.toJson().replaceFirst("\\{", "{\"x5t\":\"a\","));
        assertThat(check(0)).contains("warn  relying party gcp: demands no x5c and no x5t, but: RSA key one");
    }

    @Test
    void awsTakesNoPort() throws Exception {
        discovery(ISSUER + ":8443", ISSUER + "/k");
        token(ISSUER + ":8443", 60);
        assertThat(check(1, "--relying-party", "aws"))
                .contains("FAIL  relying party aws: demands an https issuer without port or query")
                .doesNotContain("relying party gcp");
    }

    // With "discovery" it fetches both from port 443 alone.
    @ParameterizedTest
    @CsvSource({
        "https://issuer.example:8443, https://issuer.example/k",
        "https://issuer.example, https://issuer.example:8443/k"
    })
    void claudeTakesPort443(String issuer, String jwksUri) throws Exception {
        discovery(issuer, jwksUri);
        token(issuer, 60);
        assertThat(check(0))
                .contains("warn  relying party claude: demands issuer and jwks_uri on port 443, where it fetches them");
        discovery("https://issuer.example:443", "https://issuer.example:443/k");
        token("https://issuer.example:443", 60);
        assertThat(check(0, "--relying-party", "claude")).doesNotContain("FAIL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"subject_types_supported\":[]", ",\"subject_types_supported\":\"public\""})
    void nimbusTakesNoDocumentWithoutSubjectTypes(String member) throws Exception {
        publish(StandIn.DISCOVERY, "{\"issuer\":\"%1$s\",\"jwks_uri\":\"%1$s/k\"%2$s}".formatted(ISSUER, member));
        assertThat(check(1, "--relying-party", "nimbus"))
                .contains(
                        "FAIL  relying party nimbus: demands a value in subject_types_supported, but: there is none; ");
    }

    /** A scheme may be written in capitals (RFC 3986, section 3.1). */
    @ParameterizedTest
    @ValueSource(strings = {"aws", "keycloak"})
    void aSchemeInCapitalsIsOne(String name) throws Exception {
        discovery("HTTPS://issuer.example", ISSUER + "/k");
        token("HTTPS://issuer.example", 60);
        assertThat(check(0, "--relying-party", name)).doesNotContain("FAIL", "warn");
    }
}
