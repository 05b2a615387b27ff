// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2.3: which members a document must have and must not have. {@link StrictJsonTest} has what JSON is. */
class DocumentValidatorTest {
    static final String ISSUER = "\"issuer\":\"https://i.example\"";
    static final String JWKS_URI = "\"jwks_uri\":\"https://i.example/k\"";
    static final String KEYS = "\"keys\":[{\"kty\":\"RSA\"}]";

    static void assertAccepted(DocumentKind kind, String json) throws FetchException {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        Document document = DocumentValidator.validate(kind, bytes);
        assertThat(document.kind()).isEqualTo(kind);
        assertThat(document.json()).isSameAs(bytes).isEqualTo(json.getBytes(StandardCharsets.UTF_8));
    }

    static void assertRefused(DocumentKind kind, byte[] json, String problem) {
        FetchException failure =
                catchThrowableOfType(FetchException.class, () -> DocumentValidator.validate(kind, json));
        assertThat(failure).as("refusal").isNotNull();
        assertThat(failure.outcome()).isEqualTo(Outcome.INVALID);
        assertThat(failure).hasMessage("not a valid document: " + problem).hasNoCause();
    }

    private static void assertRefused(DocumentKind kind, String json, String problem) {
        assertRefused(kind, json.getBytes(StandardCharsets.UTF_8), problem);
    }

    // "discovery has non-empty string members issuer and jwks_uri"
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|it has no issuer",
                "{'issuer':'i'}|it has no jwks_uri",
                "{'jwks_uri':'j'}|it has no issuer",
                "{'issuer':'','jwks_uri':'j'}|issuer is empty",
                "{'issuer':'i','jwks_uri':''}|jwks_uri is empty",
                "{'issuer':1,'jwks_uri':'j'}|issuer is not a string",
                "{'issuer':null,'jwks_uri':'j'}|issuer is not a string",
                "{'issuer':['i'],'jwks_uri':'j'}|issuer is not a string",
                "{'issuer':{},'jwks_uri':'j'}|issuer is not a string",
                "{'issuer':true,'jwks_uri':'j'}|issuer is not a string",
                "{'issuer':'i','jwks_uri':1}|jwks_uri is not a string",
                "{'issuer':'i','jwks_uri':null}|jwks_uri is not a string",
                "{'issuer':'i','jwks_uri':false}|jwks_uri is not a string",
                "{'issuer':'i','jwks_uri':['j']}|jwks_uri is not a string",
                "{'issuer':'i','jwks_uri':{}}|jwks_uri is not a string",
                "{'Issuer':'i','jwks_uri':'j'}|it has no issuer",
                "{'x':{'issuer':'i','jwks_uri':'j'}}|it has no issuer",
                "{'issuer':'i','x':{'jwks_uri':'j'}}|it has no jwks_uri",
                "{'keys':[{'kty':'RSA'}]}|it has no issuer",
            })
    void discoveryWithoutWhatItNeedsIsRefused(String json, String problem) {
        assertRefused(DocumentKind.DISCOVERY, json.replace('\'', '"'), problem);
    }

    // "JWKS has a non-empty array keys of objects, each with a string kty"
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|it has no keys",
                "{'issuer':'i','jwks_uri':'j'}|it has no keys",
                "{'Keys':[{'kty':'RSA'}]}|it has no keys",
                "{'x':{'keys':[{'kty':'RSA'}]}}|it has no keys",
                "{'keys':[]}|keys is empty",
                "{'keys':null}|keys is not an array",
                "{'keys':{}}|keys is not an array",
                "{'keys':{'kty':'RSA'}}|keys is not an array",
                "{'keys':'RSA'}|keys is not an array",
                "{'keys':1}|keys is not an array",
                "{'keys':['RSA']}|a key is not an object",
                "{'keys':[[]]}|a key is not an object",
                "{'keys':[null]}|a key is not an object",
                "{'keys':[{'kty':'RSA'},1]}|a key is not an object",
                "{'keys':[{}]}|a key has no kty",
                "{'keys':[{'kid':'a'}]}|a key has no kty",
                "{'keys':[{'KTY':'RSA'}]}|a key has no kty",
                "{'keys':[{'x':{'kty':'RSA'}}]}|a key has no kty",
                "{'keys':[{'kty':'RSA'},{'kid':'a'}]}|a key has no kty",
                "{'keys':[{'kty':1}]}|the kty of a key is not a string",
                "{'keys':[{'kty':null}]}|the kty of a key is not a string",
                "{'keys':[{'kty':['RSA']}]}|the kty of a key is not a string",
                "{'keys':[{'kty':{}}]}|the kty of a key is not a string",
            })
    void aKeySetWithoutWhatItNeedsIsRefused(String json, String problem) {
        assertRefused(DocumentKind.JWKS, json.replace('\'', '"'), problem);
    }

    static Stream<Arguments> privateMembers() {
        return Stream.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")
                .flatMap(name -> Stream.of("\"secret\"", "null", "[]", "\"\"").map(value -> Arguments.of(name, value)));
    }

    // "none carries a private member (d p q dp dq qi oth k priv) at its top level"
    @ParameterizedTest
    @MethodSource("privateMembers")
    void aPrivateMemberInAnyKeyIsRefused(String name, String value) {
        String member = "\"" + name + "\":" + value;
        String problem = "a key has the private member " + name;
        assertRefused(DocumentKind.JWKS, "{\"keys\":[{\"kty\":\"RSA\"," + member + "}]}", problem);
        assertRefused(DocumentKind.JWKS, "{\"keys\":[{" + member + ",\"kty\":\"XYZ\"}]}", problem);
        assertRefused(DocumentKind.JWKS, "{\"keys\":[{\"kty\":\"RSA\"},{\"kty\":\"RSA\"," + member + "}]}", problem);
    }

    @Test
    void aPrivateMemberIsRefusedHoweverItsNameIsWritten() {
        assertRefused(
                DocumentKind.JWKS,
                "{\"keys\":[{\"kty\":\"RSA\",\"\\u0064\":\"secret\"}]}",
                "a key has the private member d");
    }

    // "at its top level": deeper, and beside the keys, the same names mean something else
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"keys\":[{\"kty\":\"RSA\",\"x\":{\"d\":\"1\",\"k\":[{\"priv\":1}]}}]}",
                "{\"keys\":[{\"kty\":\"RSA\",\"D\":1,\"dd\":1,\"x5t\":\"t\",\"n\":\"n\",\"e\":\"AQAB\",\"y\":\"p\"}]}",
                "{\"d\":1,\"k\":2,\"keys\":[{\"kty\":\"RSA\"}],\"priv\":[{\"q\":1}]}",
                "{\"keys\":[{\"kty\":\"unheard-of\"}]}",
                "{\"keys\":[{\"kty\":\"\"}]}",
                "{\"issuer\":1,\"jwks_uri\":[],\"keys\":[{\"use\":1,\"kty\":\"AKP\"},{\"kty\":\"OKP\",\"alg\":null}]}",
                " \t\r\n{ \"keys\" : [ { \"kty\" : \"RSA\" } ] } \n"
            })
    void unknownMembersAndKeyTypesOfAKeySetPass(String json) throws FetchException {
        assertAccepted(DocumentKind.JWKS, json);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"issuer\":\"i\",\"jwks_uri\":\"j\"}",
                "{\"jwks_uri\":\"not a uri\",\"issuer\":\" \",\"x\":{\"issuer\":\"\",\"jwks_uri\":null}}",
                "{\"keys\":[],\"d\":1,\"issuer\":\"i\",\"jwks_uri\":\"j\",\"a\":[null,true,false,1e400,-0.0,{}]}"
            })
    void unknownMembersOfDiscoveryPass(String json) throws FetchException {
        assertAccepted(DocumentKind.DISCOVERY, json);
    }

    @Test
    void theIssuerIsTheOneOfTheTopLevelUnescaped() throws FetchException {
        byte[] json = "{\"x\":{\"issuer\":\"no\"},\"issuer\":\"https:\\/\\/\\u0069\",\"jwks_uri\":\"j\"}"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(DocumentValidator.validate(DocumentKind.DISCOVERY, json).issuer())
                .isEqualTo("https://i");
    }

    @Test
    void aKeySetHasNoIssuer() throws FetchException {
        byte[] json = ("{" + ISSUER + "," + KEYS + "}").getBytes(StandardCharsets.UTF_8);
        assertThat(DocumentValidator.validate(DocumentKind.JWKS, json).issuer()).isNull();
    }
}
