// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 3.10: what a stored document says, and which one is ignored. */
class StoredFormatTest {
    private static final URI HOST = URI.create("https://k.example:6443/a");
    private static final Instant FETCHED = Instant.parse("2026-01-02T03:04:05.678Z");
    private static final String JSON = "{\"keys\":[{\"kty\":\"RSA\"}]}";

    private static byte[] stored() {
        return StoredFormat.write(document(JSON), HOST, FETCHED);
    }

    private static Document document(String json) {
        return new Document(DocumentKind.JWKS, json.getBytes(UTF_8), null);
    }

    @Test
    void itHoldsTheTimeOfTheFetchUpstreamHostAndTheBytes() {
        assertThat(stored())
                .asString(UTF_8)
                .matches("kube-oidc-gateway-document-1 [0-9a-f]{64}\n"
                        + "\\Q2026-01-02T03:04:05.678Z\nhttps://k.example:6443/a\n" + JSON + "\\E");
    }

    @Test
    void whatWasWrittenIsReadWithItsTrueAge() throws Exception {
        StoredDocument read =
                StoredFormat.read(DocumentKind.JWKS, stored(), HOST, FETCHED.plusSeconds(77), TestValidation::validate);
        assertThat(read.age()).isEqualTo(Duration.ofSeconds(77));
        assertThat(read.document().kind()).isEqualTo(DocumentKind.JWKS);
        assertThat(read.document().json()).asString(UTF_8).isEqualTo(JSON);
    }

    // 1.1: "never more than the max-age that upstream sent with it", after a restart too
    @Test
    void itHoldsTheMaxAgeOfUpstreamWhereThereWasOne() throws Exception {
        byte[] file = StoredFormat.write(document(JSON).withUpstreamMaxAge(Duration.ofSeconds(120)), HOST, FETCHED);
        assertThat(file).asString(UTF_8).contains("\n2026-01-02T03:04:05.678Z 120\n");
        StoredDocument read = StoredFormat.read(DocumentKind.JWKS, file, HOST, FETCHED, TestValidation::validate);
        assertThat(read.document().upstreamMaxAge()).isEqualTo(Duration.ofSeconds(120));
        assertThat(StoredFormat.read(DocumentKind.JWKS, stored(), HOST, FETCHED, TestValidation::validate)
                        .document()
                        .upstreamMaxAge())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "", "1 2", "99999999999"})
    void aMaxAgeThatCannotBeIsRefused(String maxAge) throws Exception {
        assertRefused(sealed(FETCHED + " " + maxAge + "\n" + HOST + "\n" + JSON), "has no possible max-age");
    }

    // "a time in the future counts as now"
    @ParameterizedTest
    @ValueSource(strings = {"2026-01-02T03:04:05.677Z", "1970-01-01T00:00:00Z", "-1000000000-01-01T00:00:00Z"})
    void aTimeInTheFutureCountsAsNow(Instant now) throws Exception {
        assertThat(StoredFormat.read(DocumentKind.JWKS, stored(), HOST, now, TestValidation::validate)
                        .age())
                .isZero();
    }

    @Test
    void theIssuerIsKnownAgain() throws Exception {
        String json = "{\"issuer\":\"https://i.example\",\"jwks_uri\":\"https://i.example/jwks\"}";
        Document discovery = new Document(DocumentKind.DISCOVERY, json.getBytes(UTF_8), "https://i.example");
        byte[] stored = StoredFormat.write(discovery, HOST, FETCHED);
        assertThat(StoredFormat.read(DocumentKind.DISCOVERY, stored, HOST, FETCHED, TestValidation::validate)
                        .document()
                        .issuer())
                .isEqualTo("https://i.example");
    }

    // "A damaged file … is ignored"
    @Test
    void aFileThatIsCutAnywhereIsRefused() {
        byte[] stored = stored();
        for (int length = 0; length < stored.length; length++) {
            assertRefused(Arrays.copyOf(stored, length), "is not a stored document", "is damaged");
        }
    }

    @Test
    void aFileWithAnyBitOfItChangedIsRefused() {
        for (int bit = 0; bit < stored().length * 8; bit++) {
            byte[] damaged = stored();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(damaged, "is not a stored document", "is damaged");
        }
    }

    @Test
    void aFileWithSomethingAfterItIsRefused() {
        assertRefused(Arrays.copyOf(stored(), stored().length + 1), "is damaged");
    }

    // "one of another upstream"
    @ParameterizedTest
    @ValueSource(strings = {"https://k.example:6443", "https://k.example:6443/a/", "http://k.example:6443/a"})
    void aDocumentOfAnotherUpstreamIsRefused(String other) {
        byte[] stored = StoredFormat.write(document(JSON), URI.create(other), FETCHED);
        assertRefused(stored, "is of another UPSTREAM_HOST");
    }

    // "after the same validation as 2.3"
    @ParameterizedTest
    @ValueSource(strings = {"{\"keys\":[]}", "{\"keys\":[{\"kty\":\"RSA\",\"d\":\"x\"}]}", "[]", ""})
    void aDocumentThatUpstreamMayNotSendIsRefused(String json) {
        assertThatThrownBy(() -> StoredFormat.read(
                        DocumentKind.JWKS,
                        StoredFormat.write(document(json), HOST, FETCHED),
                        HOST,
                        FETCHED,
                        TestValidation::validate))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageStartingWith("is not a valid document: ");
    }

    @Test
    void oneDocumentIsNotTakenForTheOther() {
        assertThatThrownBy(() ->
                        StoredFormat.read(DocumentKind.DISCOVERY, stored(), HOST, FETCHED, TestValidation::validate))
                .isInstanceOf(UnusableFileException.class)
                .hasMessageStartingWith("is not a valid document: ");
    }

    @ParameterizedTest
    @CsvSource({"yesterday", "2026-02-30T00:00:00Z", "-1000000000-01-01T00:00:00Z", "''"})
    void aTimeThatCannotBeIsRefused(String time) throws Exception {
        assertRefused(sealed(time + "\n" + HOST + "\n" + JSON), "has no possible time of fetch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z\nhttps://k.example:6443/a"})
    void aFileThatHasTooFewLinesIsRefused(String content) throws Exception {
        assertRefused(sealed(content), "is not a stored document");
    }

    /** Somebody's own file, with a digest that fits. */
    private static byte[] sealed(String content) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(UTF_8));
        return ("kube-oidc-gateway-document-1 " + HexFormat.of().formatHex(digest) + "\n" + content).getBytes(UTF_8);
    }

    private static void assertRefused(byte[] file, String... messages) {
        assertThatThrownBy(() -> StoredFormat.read(DocumentKind.JWKS, file, HOST, FETCHED, TestValidation::validate))
                .isInstanceOf(UnusableFileException.class)
                .satisfies(e -> assertThat(e.getMessage()).isIn((Object[]) messages));
    }
}
