// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static io.github.kubeoidc.gateway.upstream.ServedDocument.assertServedAsItIsIfItIsOne;
import static io.github.kubeoidc.gateway.upstream.ServedDocument.serve;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** CONTRACT 2.3 and 2.4 for documents of every kind of value. */
class ServedDocumentTest {
    // 2.4: "member order, nulls, numbers and strings unchanged in value … byte for byte what upstream sent"
    @Property(tries = 500)
    void everyJsonValueIsServedAsItIs(@ForAll("documents") Text text) throws FetchException {
        text.assertServed();
    }

    // 2.3: "strict RFC 8259"
    @Property(tries = 2000)
    void aDocumentWithAnotherCharacterSomewhereIsServedIfItIsStillOne(
            @ForAll("documents") Text text,
            @ForAll @IntRange(max = 999) int where,
            @ForAll("edits") String edit,
            @ForAll boolean instead) {
        int at = text.json.length() * where / 1000;
        String edited = text.json.substring(0, at) + edit + text.json.substring(at + (instead ? 1 : 0));
        assertServedAsItIsIfItIsOne(text.kind, edited.getBytes(StandardCharsets.UTF_8));
    }

    // RFC 8259, section 9: limits of numbers are the reader's.
    @Example
    void aNumberHasAtMost1023Characters() throws FetchException {
        String number = "-0." + "7".repeat(Json.MAX_DIGITS - 3);
        new Text(DocumentKind.JWKS, "{\"keys\":[{\"kty\":\"\",\"n\": " + number + "}]}").assertServed();
        new Text(DocumentKind.JWKS, "{\"keys\":[{\"kty\":\"\",\"n\": " + number + "7}]}").assertRefused();
    }

    // 1.1: "a strong ETag (quoted hex SHA-256 of the bytes sent)"
    @Property(tries = 200)
    void theTagTellsOneRepresentationFromAnother(
            @ForAll("documents") Text one, @ForAll("documents") Text other, @ForAll boolean pretty)
            throws FetchException {
        byte[] ones = serve(one.document(), pretty).body();
        byte[] others = serve(other.document(), pretty).body();
        assertThat(serve(one.document(), pretty).etag())
                .isEqualTo(ServedDocument.sha256(ones))
                .isEqualTo(serve(one.document(), pretty).etag());
        assertThat(serve(one.document(), pretty)
                        .etag()
                        .equals(serve(other.document(), pretty).etag()))
                .isEqualTo(Arrays.equals(ones, others));
    }

    /** The text of a valid document. */
    record Text(DocumentKind kind, String json) {
        byte[] bytes() {
            return json.getBytes(StandardCharsets.UTF_8);
        }

        void assertServed() throws FetchException {
            assertServedAsItIsIfItIsOne(kind, bytes());
            assertThat(document().json()).isEqualTo(bytes());
        }

        void assertRefused() {
            assertServedAsItIsIfItIsOne(kind, bytes());
            assertThatThrownBy(this::document).isInstanceOf(FetchException.class);
        }

        Document document() throws FetchException {
            return DocumentValidator.validate(kind, bytes());
        }
    }

    @Provide
    Arbitrary<Text> documents() {
        Arbitrary<String> strings =
                Arbitraries.of("\"https://issuer.example\"", "\"\\u0061\"", "\"\\ud83d\\ude00</é\"");
        Arbitrary<Text> discovery = Combinators.combine(strings, JsonTexts.names(), JsonTexts.values(), strings)
                .as((issuer, name, value, uri) -> new Text(
                        DocumentKind.DISCOVERY,
                        "{\"issuer\":" + issuer + "," + name + ":" + value + ",\"jwks_uri\": " + uri + "}\n"));
        Arbitrary<Text> jwks = Combinators.combine(strings, JsonTexts.names(), JsonTexts.values(), JsonTexts.values())
                .as((kty, name, first, second) -> new Text(
                        DocumentKind.JWKS,
                        "{" + name + ":" + first + ",\"keys\":[ {\"kty\":" + kty + ",\"x\":" + second + "}]}"));
        return Arbitraries.oneOf(discovery, jwks);
    }

    @Provide
    Arbitrary<String> edits() {
        return Arbitraries.of(
                ("~ ~\f~\u00a0~,~:~\"~\\~{~}~[~]~0~-~+~.~e~\\ud800~\\u00~'~/~//~#~\n~\t~\u0000~null~tru~\"d\":1,"
                                + "~\"keys\":[],~\ufeff~=~;~)]}'\n~NaN~k~é")
                        .split("~"));
    }
}
