// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables have what they look like, so that no check passes for want of its row. */
class TablesTest {

    @Test
    void everyDocumentHasANameOfItsOwnAndAForm() {
        assertThat(Stream.concat(DocumentTable.refused().stream(), DocumentTable.accepted().stream()))
                .hasSizeGreaterThan(80)
                .allSatisfy(row -> assertThat(row.forms()).isNotEmpty())
                .extracting(DocumentRow::name)
                .doesNotHaveDuplicates();
    }

    @Test
    void bytesRepetitionsAndEncodingsAreSpelledOut() {
        assertThat(text("byte order mark")).startsWith("\u00ef\u00bb\u00bf{\"issuer\"");
        assertThat(text("65 levels of nesting")).endsWith("\"x\":" + "[".repeat(64) + "]".repeat(64) + "}");
        assertThat(text("document in UTF-16")).startsWith("\u00fe\u00ff\0{\0\"\0i");
        assertThat(text("line end in a string")).contains("\"x\":\"a\nb\"");
        assertThat(text("empty body")).isEmpty();
    }

    @Test
    void everyRequestHasANameOfItsOwnAndIsSpelledOut() {
        assertThat(Stream.concat(RequestTable.requests().stream(), RequestTable.targets().stream()))
                .hasSizeGreaterThan(140)
                .extracting(RequestRow::name)
                .doesNotHaveDuplicates();
        assertThat(RequestTable.named("101 fields").request()).matches("(?s)([^\r]+\r\n){102}\r\n");
        assertThat(RequestTable.named("HTTP/3.0").asHead().request()).startsWith("HEAD /openid/v1/jwks HTTP/3.0\r\n");
    }

    private static String text(String name) {
        return new String(DocumentTable.named(name).first().bytes(), StandardCharsets.ISO_8859_1);
    }
}
