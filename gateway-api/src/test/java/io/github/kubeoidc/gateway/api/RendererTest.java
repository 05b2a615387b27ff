// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** CONTRACT 2.4, and the ETag of 1.1. */
class RendererTest {
    private final Renderer pretty = new Renderer(true, new PublishedMembers(null, null));
    private final Renderer plain = new Renderer(false, new PublishedMembers(null, null));

    // "two-space indentation, member order … unchanged"
    @Test
    void prettyIsTwoSpacesALevelInTheOrderOfUpstream() {
        assertThat(indented("{\"z\":{\"b\":[1,[true,false],{\"y\":\"v\",\"x\":null}]},\"a\":\"s\"}"))
                .isEqualTo("""
                        {
                          "z": {
                            "b": [
                              1,
                              [
                                true,
                                false
                              ],
                              {
                                "y": "v",
                                "x": null
                              }
                            ]
                          },
                          "a": "s"
                        }""");
    }

    @Test
    void whiteSpaceOfUpstreamDoesNotMatter() {
        assertThat(indented(" \t\r\n{ \"a\"\n:\t[ 1 ,2 ]\r}\n ")).isEqualTo(indented("{\"a\":[1,2]}"));
    }

    @Test
    void whatIsEmptyStaysEmpty() {
        assertThat(indented("{\"o\":{},\"a\":[],\"n\":[[],{},[{}]],\"s\":\"\",\"\":0}"))
                .isEqualTo("""
                        {
                          "o": {},
                          "a": [],
                          "n": [
                            [],
                            {},
                            [
                              {}
                            ]
                          ],
                          "s": "",
                          "": 0
                        }""");
        assertThat(indented("{}")).isEqualTo("{}");
    }

    static final List<String> SCALARS = Texts.of("""
            null  true  false  0  -0  -0.0  1.0  1.10  1e400  -1E+400  1e-400  12345678901234567890123456789
            9223372036854775807  -9223372036854775808  9223372036854775808
            0.1000000000000000055511151231257827021181583404541015625  "1.0"  "true"  "null"
            """);

    // "nulls, numbers and strings unchanged in value"
    @ParameterizedTest
    @FieldSource("SCALARS")
    void aScalarIsWrittenAsItWas(String scalar) {
        assertThat(indented("{\"a\":" + scalar + ",\"b\":[" + scalar + "]}"))
                .isEqualTo("{\n  \"a\": %s,\n  \"b\": [\n    %s\n  ]\n}".formatted(scalar, scalar));
    }

    // "no HTML escaping"
    @Test
    void whatHtmlWouldEscapeIsWrittenAsItWas() {
        String json = "{\n  \"<a href='x'>&=\": \"<script>'&amp;'</script>=\"\n}";
        assertThat(indented(json)).isEqualTo(json);
    }

    @Test
    void textOfEveryScriptIsWrittenInUtf8() {
        String json = "{\n  \"né\": \"ß 漢字 \uD83D\uDE00 \u00a0\"\n}";
        assertThat(indented(json)).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "\\u0041\\u00e9,Aé",
                "\\ud83d\\ude00,\uD83D\uDE00",
                "\\/,/",
                "\\b\\f\\n\\r\\t\\\"\\\\,\\b\\f\\n\\r\\t\\\"\\\\",
                "\\u0000\\u001f,\\u0000\\u001f",
                "\\u2028\\u2029,\\u2028\\u2029"
            })
    void anEscapedCharacterIsTheSameCharacterAfterwards(String written, String rendered) {
        assertThat(indented("{\"" + written + "\":\"" + written + "\"}"))
                .isEqualTo("{\n  \"%s\": \"%s\"\n}".formatted(rendered, rendered));
    }

    // "issuer is never altered"
    @Test
    void issuerAndJwksUriAreNotAltered() {
        assertThat(indented("{\"issuer\":\"https:\\/\\/I.example:443/a/../b/?q=1&r=%2f#f\",\"jwks_uri\":\"x\"}"))
                .isEqualTo("{\n  \"issuer\": \"https://I.example:443/a/../b/?q=1&r=%2f#f\",\n  \"jwks_uri\": \"x\"\n}");
    }

    @Test
    void sixtyFourLevelsAreRendered() {
        String json = "{\"a\":" + "[".repeat(63) + "]".repeat(63) + "}";
        assertThat(indented(json).replaceAll("\\s", "")).isEqualTo(json);
    }

    // "false: byte for byte what upstream sent"
    @Test
    void plainIsByteForByteWhatUpstreamSent() {
        byte[] json = " {\"a\" :\t1.0 ,\r\n\"b\":\"\\u0041\\/<é\",\"c\":null }\n\n".getBytes(StandardCharsets.UTF_8);
        assertThat(plain.render(document(json.clone())).body()).isEqualTo(json);
    }

    // 1.1: "a strong ETag (quoted hex SHA-256 of the bytes sent)"
    @Test
    void theEtagIsTheQuotedHexadecimalSha256OfTheBytesSent() {
        byte[] json = "{}".getBytes(StandardCharsets.UTF_8);
        String sha256OfTwoBraces = "\"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\"";
        assertThat(plain.render(document(json)).etag()).isEqualTo(sha256OfTwoBraces);
        assertThat(pretty.render(document(" { } ".getBytes(StandardCharsets.UTF_8)))
                        .etag())
                .isEqualTo(sha256OfTwoBraces);
        assertThat(plain.render(document(" { } ".getBytes(StandardCharsets.UTF_8)))
                        .etag())
                .isNotEqualTo(sha256OfTwoBraces);
    }

    @Test
    void theSameBytesHaveTheSameEtagEveryTime() {
        Representation first = pretty.render(document("{\"a\":1}".getBytes(StandardCharsets.UTF_8)));
        Representation second = pretty.render(document("{\"a\": 1}".getBytes(StandardCharsets.UTF_8)));
        assertThat(second.etag()).isEqualTo(first.etag());
    }

    // What indentation would make larger than 64 KiB, or than twice its size, is sent as upstream sent it.
    @Test
    void aSmallDocumentIsIndentedUpTo64KiBAndNoFurther() {
        String list = "[1" + ",1".repeat(8_000) + "]";
        int frame = indented("{\"a\":\"\",\"b\":" + list + "}").length();
        String largest = "{\"a\":\"" + "x".repeat(64 * 1024 - frame) + "\",\"b\":" + list + "}";
        assertThat(indented(largest)).hasSize(64 * 1024).startsWith("{\n  \"a\": \"x");
        String larger = largest.replaceFirst("x", "xx");
        assertThat(indented(larger)).isEqualTo(larger);
    }

    @Test
    void aLargeDocumentIsIndentedUpToTwiceItsSize() {
        String text = "{\"a\":\"" + "x".repeat(200_000) + "\"}";
        assertThat(indented(text)).isEqualTo("{\n  \"a\": \"" + "x".repeat(200_000) + "\"\n}");
        String list = "{\"a\":[1" + ",1".repeat(50_000) + "]}";
        assertThat(indented(list)).isEqualTo(list);
    }

    private String indented(String json) {
        return new String(
                pretty.render(document(json.getBytes(StandardCharsets.UTF_8))).body(), StandardCharsets.UTF_8);
    }

    private static Document document(byte[] json) {
        return new Document(DocumentKind.DISCOVERY, json, "https://issuer.example");
    }
}
