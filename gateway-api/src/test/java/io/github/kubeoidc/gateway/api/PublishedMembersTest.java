// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2.5 and 10.2. */
class PublishedMembersTest {
    private static final String URI = "https://oidc.example/jwks?a=1&b=<2>";
    private static final String DISCOVERY =
            " {\"issuer\" : \"https:\\/\\/i.example\",\n\"jwks_uri\": \"https://10.0.0.1/jwks\",\"n\":[1.0,1E400,-0, null]} ";

    private static final PublishedMembers JWKS_URI = new PublishedMembers(URI, null);

    // 2.5: "replaces the value of jwks_uri … Nothing else changes in value", and without white space
    @Test
    void jwksUriIsReplacedInItsPlaceAndWithoutWhiteSpace() {
        assertThat(plain(JWKS_URI, DISCOVERY))
                .isEqualTo("{\"issuer\":\"https://i.example\",\"jwks_uri\":\"" + URI + "\",\"n\":[1.0,1E400,-0,null]}");
    }

    @Test
    void jwksUriIsReplacedInAnIndentedDocument() {
        assertThat(pretty(JWKS_URI, DISCOVERY)).isEqualTo("""
                        {
                          "issuer": "https://i.example",
                          "jwks_uri": "https://oidc.example/jwks?a=1&b=<2>",
                          "n": [
                            1.0,
                            1E400,
                            -0,
                            null
                          ]
                        }""");
    }

    // The member of the document, and no other of that name.
    @Test
    void aJwksUriDeeperInsideStays() {
        String json = "{\"a\":{\"jwks_uri\":\"x\"},\"jwks_ur\\u0069\":\"y\",\"b\":[{\"jwks_uri\":1}]}";
        assertThat(plain(JWKS_URI, json))
                .isEqualTo("{\"a\":{\"jwks_uri\":\"x\"},\"jwks_uri\":\"" + URI + "\",\"b\":[{\"jwks_uri\":1}]}");
    }

    @Test
    void theKeySetStaysAsItIs() {
        String json = "{ \"keys\" : [] , \"jwks_uri\" : \"x\" }";
        PublishedMembers both = new PublishedMembers(URI, "{\"a\":1}");
        assertThat(new String(both.applyTo(document(DocumentKind.JWKS, json)), StandardCharsets.UTF_8))
                .isEqualTo(json);
    }

    // 10.2: "adds members"
    @Test
    void extraMembersAreAddedAtTheEndInTheirOrder() {
        PublishedMembers extra = extra("{ \"z\" : \"<é>\", \"a\" : {\"b\":[1.10, null]} }");
        assertThat(plain(extra, "{ \"issuer\":\"i\", \"jwks_uri\":\"k\" }"))
                .isEqualTo("{\"issuer\":\"i\",\"jwks_uri\":\"k\",\"z\":\"<é>\",\"a\":{\"b\":[1.10,null]}}");
        assertThat(pretty(extra, "{\"issuer\":\"i\",\"jwks_uri\":\"k\"}")).isEqualTo("""
                        {
                          "issuer": "i",
                          "jwks_uri": "k",
                          "z": "<é>",
                          "a": {
                            "b": [
                              1.10,
                              null
                            ]
                          }
                        }""");
    }

    // 10.2: "It never replaces a member that upstream sent", a null included
    @Test
    void whatUpstreamSentStays() {
        assertThat(plain(extra("{\"a\":1,\"b\":2,\"c\":3}"), "{\"\\u0061\":\"x\",\"b\":null}"))
                .isEqualTo("{\"a\":\"x\",\"b\":null,\"c\":3}");
    }

    // 2.4: "false: byte for byte what upstream sent"
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"issuer\":1,\"n\":{}}"})
    void whereNoMemberIsAddedTheBytesAreUpstreams(String extra) {
        assertThat(plain(extra(extra), DISCOVERY)).isEqualTo(DISCOVERY);
    }

    @Test
    void bothGoTogether() {
        assertThat(plain(new PublishedMembers(URI, "{\"a\":1}"), "{\"jwks_uri\":\"k\"}"))
                .isEqualTo("{\"jwks_uri\":\"" + URI + "\",\"a\":1}");
    }

    /** What indentation would make too large is served without it, and never with upstream's jwks_uri. */
    @Test
    void whatIsTooLargeToBeIndentedIsChangedAllTheSame() {
        String deep = "[".repeat(62) + "1,".repeat(5000) + "1" + "]".repeat(62);
        String json = "{\"jwks_uri\": \"https://10.0.0.1/jwks\",\"x\":" + deep + "}";
        String changed = "{\"jwks_uri\":\"" + URI + "\",\"x\":" + deep + "}";
        assertThat(pretty(JWKS_URI, json)).isEqualTo(changed);
        assertThat(pretty(extra("{\"y\":" + deep + "}"), "{\"x\": 1}")).isEqualTo("{\"x\":1,\"y\":" + deep + "}");
    }

    // 1.1: "of the bytes sent"
    @Test
    void theTagIsOfWhatIsSent() {
        Document document = document(DocumentKind.DISCOVERY, DISCOVERY);
        Representation changed = new Renderer(false, JWKS_URI).render(document);
        assertThat(changed.etag()).isEqualTo('"' + Sha256.hex(changed.body()) + '"');
        assertThat(changed.etag())
                .isNotEqualTo(new Renderer(false, new PublishedMembers(null, null))
                        .render(document)
                        .etag());
    }

    private static PublishedMembers extra(String members) {
        return new PublishedMembers(null, members);
    }

    private static String plain(PublishedMembers members, String json) {
        return rendered(new Renderer(false, members), json);
    }

    private static String pretty(PublishedMembers members, String json) {
        return rendered(new Renderer(true, members), json);
    }

    private static String rendered(Renderer renderer, String json) {
        return new String(
                renderer.render(document(DocumentKind.DISCOVERY, json)).body(), StandardCharsets.UTF_8);
    }

    private static Document document(DocumentKind kind, String json) {
        return new Document(kind, json.getBytes(StandardCharsets.UTF_8), "https://i.example");
    }
}
