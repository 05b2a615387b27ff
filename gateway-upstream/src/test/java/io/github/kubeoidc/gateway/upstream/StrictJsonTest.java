// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static io.github.kubeoidc.gateway.upstream.DocumentValidatorTest.ISSUER;
import static io.github.kubeoidc.gateway.upstream.DocumentValidatorTest.JWKS_URI;
import static io.github.kubeoidc.gateway.upstream.DocumentValidatorTest.KEYS;
import static io.github.kubeoidc.gateway.upstream.DocumentValidatorTest.assertAccepted;
import static io.github.kubeoidc.gateway.upstream.DocumentValidatorTest.assertRefused;

import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2.3: "one UTF-8 JSON object (strict RFC 8259 …; at most 64 levels deep)". */
class StrictJsonTest {
    private static final String NOT_JSON = "it is not one JSON object by RFC 8259, at most 64 levels deep";
    private static final String TWICE = "a name occurs twice in one object";

    /** Both kinds of document, with something more in them. */
    private static Stream<String> documents(String more) {
        return Stream.of(discovery(more), jwks(more), inKey(more));
    }

    private static String discovery(String more) {
        return "{" + ISSUER + "," + more + "," + JWKS_URI + "}";
    }

    private static String jwks(String more) {
        return "{" + more + "," + KEYS + "}";
    }

    private static String inKey(String more) {
        return "{\"keys\":[{\"kty\":\"RSA\"," + more + "}]}";
    }

    private static DocumentKind kind(String document) {
        return document.contains("\"issuer\":\"https") ? DocumentKind.DISCOVERY : DocumentKind.JWKS;
    }

    private static void assertAllRefused(String more, String problem) {
        documents(more).forEach(document -> assertRefused(kind(document), bytes(document), problem));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"a\":NaN",
                "\"a\":Infinity",
                "\"a\":-Infinity",
                "\"a\":nan",
                "\"a\":True",
                "\"a\":NULL",
                "\"a\":nul",
                "\"a\":unquoted",
                "\"a\":'single'",
                "'a':1",
                "a:1",
                "\"a\":01",
                "\"a\":-01",
                "\"a\":00",
                "\"a\":+1",
                "\"a\":.5",
                "\"a\":5.",
                "\"a\":1e",
                "\"a\":0x10",
                "\"a\":1_000",
                "\"a\":-",
                "\"a\"=1",
                "\"a\"=>1",
                "\"a\" 1",
                "\"a\":1;\"b\":2",
                "\"a\":[1,]",
                "\"a\":[,1]",
                "\"a\":[,]",
                "\"a\":[1 2]",
                "\"a\":[1;2]",
                "\"a\":{\"b\":1,}",
                "\"a\":{,}",
                "\"a\":{\"b\"}",
                "\"a\":",
                ",\"a\":1",
                "1:1",
                "null:1",
                "\"a\":/* comment */1",
                "\"a\":1// comment\n",
                "\"a\":1# comment\n",
                "\"a\":\"tab\there\"",
                "\"a\":\"line\nfeed\"",
                "\"a\":\"\u0000\"",
                "\"a\":\"\u001f\"",
                "\"a\nb\":1",
                "\"a\":\"\\x\"",
                "\"a\":\"\\'\"",
                "\"a\":\"\\u12\"",
                "\"a\":\"\\u12g4\"",
                "\"a\":\"\\\n\"",
                "\u00a0\"a\":1",
                "\"a\":1\f",
                "\"a\":\u20281",
            })
    void whatIsNotJsonIsRefusedWhereverItIs(String more) {
        assertAllRefused(more, NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "true",
                "1",
                "\"{}\"",
                "[]",
                "[{\"keys\":[{\"kty\":\"RSA\"}]}]",
                "{",
                "{\"keys\":[{\"kty\":\"RSA\"}]",
                "{\"keys\":[{\"kty\":\"RSA\"",
                "{\"keys\":[{\"kty\":\"RS",
                ")]}'\n{\"keys\":[{\"kty\":\"RSA\"}]}",
                "//\n{\"keys\":[{\"kty\":\"RSA\"}]}",
                "\uFEFF\uFEFF",
            })
    void whatIsNotOneWholeObjectIsRefused(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertRefused(
                DocumentKind.JWKS, bytes, json.startsWith("\uFEFF") ? "it begins with a byte order mark" : NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "1",
                "\"x\"",
                "[",
                " \n {\"keys\":[]}",
                "}",
                "]",
                ",",
                ":",
                "x",
                "//",
                "#",
                "/**/",
                "\u0000",
                "\f",
                "\uFEFF"
            })
    void whatFollowsTheObjectIsRefused(String trailing) {
        assertRefused(DocumentKind.JWKS, bytes(jwks("\"a\":1") + trailing), NOT_JSON);
    }

    // "no byte order mark"
    @ParameterizedTest
    @EnumSource
    void aByteOrderMarkIsRefused(DocumentKind kind) {
        String json = "\uFEFF{" + ISSUER + "," + JWKS_URI + "," + KEYS + "}";
        assertRefused(kind, json.getBytes(StandardCharsets.UTF_8), "it begins with a byte order mark");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FEFF", "FFFE"})
    void anotherEncodingIsRefused(String mark) {
        byte[] json =
                jwks("\"a\":1").getBytes(mark.equals("FEFF") ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE);
        assertRefused(DocumentKind.JWKS, json, NOT_JSON);
        assertRefused(DocumentKind.JWKS, concat(HexFormat.of().parseHex(mark), json), "it is not UTF-8");
    }

    // "UTF-8": no stray continuation, overlong form, surrogate, code point beyond 10FFFF, cut sequence, Latin-1
    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "C3",
                "C328",
                "C080",
                "C0AF",
                "E08080",
                "EDA080",
                "EDB080",
                "EDA080EDB080",
                "F4908080",
                "F8",
                "FF",
                "E9"
            })
    void whatIsNotUtf8IsRefused(String hex) {
        byte[] bad = HexFormat.of().parseHex(hex);
        byte[] inValue = concat(bytes("{\"a\":\""), bad, bytes("\"," + KEYS + "}"));
        assertRefused(DocumentKind.JWKS, inValue, "it is not UTF-8");
        byte[] inName = concat(bytes("{\""), bad, bytes("\":1," + KEYS + "}"));
        assertRefused(DocumentKind.JWKS, inName, "it is not UTF-8");
    }

    @Test
    void badUtf8AfterTheObjectIsRefused() {
        byte[] json = concat(bytes(jwks("\"a\":1")), new byte[] {(byte) 0xff});
        assertRefused(DocumentKind.JWKS, json, "it is not UTF-8");
    }

    // "no lone surrogate": in values, names, deep inside, and where a value has its own way
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"a\":\"\\ud83d\"",
                "\"a\":\"\\ude00\"",
                "\"a\":\"\\ude00\\ud83d\"",
                "\"a\":\"\\ud83d\\ud83d\\ude00\"",
                "\"a\":\"\\ud83dx\\ude00\"",
                "\"a\":\"x\\uDBFF\"",
                "\"a\":\"\\uDC00\"",
                "\"a\":\"\\uD83D\\uDE00\\uDFFF\"",
                "\"\\ud800\":1",
                "\"a\":{\"b\":[{\"\\udfff\":1}]}",
                "\"a\":[[\"ok\",\"\\ud800\"]]",
            })
    void aLoneSurrogateIsRefusedWhereverItIs(String more) {
        assertAllRefused(more, NOT_JSON);
    }

    @Test
    void aLoneSurrogateInAMemberThatIsLookedAtIsRefused() {
        String lone = "\"\\ud800\"";
        assertRefused(DocumentKind.DISCOVERY, bytes("{\"issuer\":" + lone + "," + JWKS_URI + "}"), NOT_JSON);
        assertRefused(DocumentKind.DISCOVERY, bytes("{" + ISSUER + ",\"jwks_uri\":" + lone + "}"), NOT_JSON);
        assertRefused(DocumentKind.JWKS, bytes("{\"keys\":[{\"kty\":" + lone + "}]}"), NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"a\":\"\\ud83d\\ude00\"",
                "\"a\":\"\\ud83d\\ude00\\uD83D\\uDE00\"",
                "\"a\":\"\uD83D\uDE00\"",
                "\"\uD83D\uDE00\":\"\uFEFF\"",
                "\"a\":\"\\uD7FF\\uE000\\uFFFF\"",
                "\"a\":\"\\u0000\\b\\f\\n\\r\\t\\/\\\\\\\"\u007f\u2028\"",
                "\"a\":[0,-0,0.0,-0.0,1.0,1e400,-1E+5,1e-5,123456789012345678901234567890]",
                "\"\":\"\"",
                "\"a\":{\"\":{\"\":{}}}",
                "\"a\" : [ ] \t\r\n",
            })
    void whatIsJsonPassesWhereverItIs(String more) throws FetchException {
        for (String document : documents(more).toList()) {
            assertAccepted(kind(document), document);
        }
    }

    // "no name twice in one object"
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"a\":1,\"a\":1",
                "\"a\":1,\"\\u0061\":2",
                "\"a\":1,\"b\":2,\"a\":null",
                "\"\":1,\"\":2",
                "\"x\":{\"a\":1,\"a\":1}",
                "\"x\":[[{\"y\":{\"a\":1,\"\\u0061\":{}}}]]",
            })
    void aNameThatOccursTwiceInOneObjectIsRefused(String more) {
        assertAllRefused(more, TWICE);
    }

    @Test
    void aMemberThatIsLookedAtMustNotOccurTwiceEither() {
        assertRefused(DocumentKind.DISCOVERY, bytes("{" + ISSUER + "," + JWKS_URI + "," + ISSUER + "}"), TWICE);
        assertRefused(DocumentKind.DISCOVERY, bytes("{" + ISSUER + "," + JWKS_URI + "," + JWKS_URI + "}"), TWICE);
        assertRefused(DocumentKind.JWKS, bytes("{" + KEYS + "," + KEYS + "}"), TWICE);
        assertRefused(DocumentKind.JWKS, bytes("{" + KEYS + ",\"k\\u0065ys\":[]}"), TWICE);
        assertRefused(DocumentKind.JWKS, bytes("{\"keys\":[{\"kty\":\"RSA\",\"kty\":\"RSA\"}]}"), TWICE);
    }

    @Test
    void theSameNameInDifferentObjectsPasses() throws FetchException {
        assertAccepted(
                DocumentKind.JWKS, "{\"a\":{\"a\":[{\"a\":1},{\"a\":1}]},\"keys\":[{\"kty\":\"A\"},{\"kty\":\"A\"}]}");
    }

    static Stream<String> brackets() {
        return Stream.of("[", "{");
    }

    // "at most 64 levels deep", the object itself being the first
    @ParameterizedTest
    @MethodSource("brackets")
    void sixtyFourLevelsPassAndSixtyFiveDoNot(String bracket) throws FetchException {
        assertAccepted(DocumentKind.DISCOVERY, discovery("\"a\":" + nested(bracket, 63)));
        assertAccepted(DocumentKind.JWKS, jwks("\"a\":" + nested(bracket, 63)));
        assertAccepted(DocumentKind.JWKS, inKey("\"a\":" + nested(bracket, 61)));
        assertRefused(DocumentKind.DISCOVERY, bytes(discovery("\"a\":" + nested(bracket, 64))), NOT_JSON);
        assertRefused(DocumentKind.JWKS, bytes(jwks("\"a\":" + nested(bracket, 64))), NOT_JSON);
        assertRefused(DocumentKind.JWKS, bytes(inKey("\"a\":" + nested(bracket, 62))), NOT_JSON);
        assertRefused(DocumentKind.JWKS, bytes(jwks("\"a\":" + nested(bracket, 100_000))), NOT_JSON);
    }

    private static String nested(String bracket, int levels) {
        return bracket.equals("[")
                ? "[".repeat(levels) + "]".repeat(levels)
                : "{\"a\":".repeat(levels - 1) + "{}" + "}".repeat(levels - 1);
    }

    private static byte[] bytes(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
