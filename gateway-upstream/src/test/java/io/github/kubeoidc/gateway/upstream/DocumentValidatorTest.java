// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.standin.table.DocumentRow;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** CONTRACT 2.3: what is a document. The rows are those of the table that the conformance kit and the fault matrix read too. */
class DocumentValidatorTest {
    private static final String TABLE = "io.github.kubeoidc.gateway.standin.table.DocumentTable#";

    @ParameterizedTest
    @MethodSource(TABLE + "refused()")
    void whatIsNoDocumentIsRefusedForItsReason(DocumentRow row) {
        for (DocumentRow.Form form : row.forms()) {
            FetchException failure = catchThrowableOfType(FetchException.class, () -> validate(form));
            assertThat(failure).as("refusal of %s", described(form)).isNotNull();
            assertThat(failure.outcome()).isEqualTo(Outcome.INVALID);
            assertThat(failure)
                    .as(described(form))
                    .hasMessage("not a valid document: " + row.reason())
                    .hasNoCause();
        }
    }

    @ParameterizedTest
    @MethodSource(TABLE + "accepted()")
    void whatComesNearIsAcceptedAsItIs(DocumentRow row) throws FetchException {
        for (DocumentRow.Form form : row.forms()) {
            byte[] sent = form.bytes().clone();
            Document document = validate(form);
            assertThat(document.kind()).isEqualTo(kind(form));
            assertThat(document.json())
                    .as(described(form))
                    .isSameAs(form.bytes())
                    .isEqualTo(sent);
        }
    }

    @Test
    void theIssuerIsThatOfADiscoveryDocumentAtItsTopLevelUnescaped() throws FetchException {
        assertThat(issuer(
                        DocumentKind.DISCOVERY,
                        "{\"x\":{\"issuer\":\"no\"},\"issuer\":\"https:\\/\\/\\u0069\",\"jwks_uri\":\"j\"}"))
                .isEqualTo("https://i");
        assertThat(issuer(DocumentKind.JWKS, "{\"issuer\":\"https://i.example\",\"keys\":[{\"kty\":\"RSA\"}]}"))
                .isNull();
    }

    private static String issuer(DocumentKind kind, String json) throws FetchException {
        return DocumentValidator.validate(kind, json.getBytes(StandardCharsets.UTF_8))
                .issuer();
    }

    private static Document validate(DocumentRow.Form form) throws FetchException {
        return DocumentValidator.validate(kind(form), form.bytes());
    }

    private static DocumentKind kind(DocumentRow.Form form) {
        return Arrays.stream(DocumentKind.values())
                .filter(kind -> kind.path().equals(form.path()))
                .findFirst()
                .orElseThrow();
    }

    private static String described(DocumentRow.Form form) {
        String text = new String(form.bytes(), StandardCharsets.UTF_8);
        return form.path() + ": " + text.substring(0, Math.min(200, text.length()));
    }
}
