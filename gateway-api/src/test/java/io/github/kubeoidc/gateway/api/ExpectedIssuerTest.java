// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** CONTRACT 2.6: {@code EXPECTED_ISSUER}. */
class ExpectedIssuerTest {
    private static final String OURS = "https://ours.example";
    private static final String THEIRS = "https://theirs.example";

    private final ExpectedIssuer expected = new ExpectedIssuer(OURS);

    // "when set": without it every issuer is accepted, and a key set before any
    @Test
    void whereNoneIsExpectedEveryDocumentIsAccepted() {
        ExpectedIssuer any = new ExpectedIssuer(null);
        assertThatCode(() -> any.accept(jwks())).doesNotThrowAnyException();
        assertThatCode(() -> any.accept(discovery(THEIRS))).doesNotThrowAnyException();
        assertThatCode(() -> any.accept(jwks())).doesNotThrowAnyException();
    }

    @Test
    void theDocumentsOfTheExpectedIssuerAreAccepted() {
        assertThatCode(() -> expected.accept(discovery(OURS))).doesNotThrowAnyException();
        assertThatCode(() -> expected.accept(jwks())).doesNotThrowAnyException();
    }

    // "a discovery document with another issuer is refused"; 6.3: in words that an operator can act on
    @Test
    void theDiscoveryDocumentOfAnotherIssuerIsRefusedAndBothIssuersAreNamed() {
        assertThat(refusal(discovery(THEIRS)))
                .hasMessage("not a valid document: its issuer is " + THEIRS + ", and EXPECTED_ISSUER is " + OURS);
        assertThat(refusal(discovery(null)))
                .hasMessage("not a valid document: its issuer is not known, as no discovery document came with it,"
                        + " and EXPECTED_ISSUER is " + OURS);
    }

    // "while the newest one that upstream sent was refused for that, its JWKS is refused too, at a start included"
    @Test
    void theKeySetIsRefusedWhileTheNewestDiscoveryDocumentIsAnotherIssuers() throws FetchException {
        assertThat(refusal(jwks()))
                .hasMessage("not a valid document: its issuer is not known, as no discovery document came with it,"
                        + " and EXPECTED_ISSUER is " + OURS);
        expected.accept(discovery(OURS));
        refusal(discovery(THEIRS));
        assertThat(refusal(jwks()))
                .hasMessage(
                        "not a valid document: the issuer beside it is " + THEIRS + ", and EXPECTED_ISSUER is " + OURS);
        expected.accept(discovery(OURS));
        assertThatCode(() -> expected.accept(jwks())).doesNotThrowAnyException();
    }

    // 6.3: the eye does not see it
    @Test
    void aSlashThatAloneDiffersIsNamed() {
        String slash = "which differs by the slash at the end alone";
        assertThat(refusal(discovery(OURS + "/"))).hasMessageEndingWith("EXPECTED_ISSUER is " + OURS + ", " + slash);
        assertThat(refusal(jwks())).hasMessageEndingWith(slash);
        assertThat(refusal(discovery(OURS + "//"))).hasMessageEndingWith("EXPECTED_ISSUER is " + OURS);
        assertThat(catchThrowableOfType(
                        FetchException.class, () -> new ExpectedIssuer(OURS + "/").accept(discovery(OURS))))
                .hasMessageEndingWith("/, " + slash);
    }

    private FetchException refusal(Document document) {
        FetchException refusal = catchThrowableOfType(FetchException.class, () -> expected.accept(document));
        assertThat(refusal).isNotNull();
        assertThat(refusal.outcome()).isEqualTo(Outcome.INVALID);
        return refusal;
    }

    private static Document discovery(@Nullable String issuer) {
        return new Document(DocumentKind.DISCOVERY, new byte[0], issuer);
    }

    private static Document jwks() {
        return new Document(DocumentKind.JWKS, new byte[0], null);
    }
}
