// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
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
        StoredDocument read = read(stored(), FETCHED.plusSeconds(77));
        assertThat(read.age()).isEqualTo(Duration.ofSeconds(77));
        assertThat(read.document().kind()).isEqualTo(DocumentKind.JWKS);
        assertThat(read.document().json()).asString(UTF_8).isEqualTo(JSON);
    }

    // 1.1: "never more than the max-age that upstream sent with it", after a restart too
    @Test
    void itHoldsTheMaxAgeOfUpstreamWhereThereWasOne() throws Exception {
        byte[] file = StoredFormat.write(document(JSON).withUpstreamMaxAge(Duration.ofSeconds(120)), HOST, FETCHED);
        assertThat(file).asString(UTF_8).contains("\n2026-01-02T03:04:05.678Z 120\n");
        assertThat(read(file, FETCHED).document().upstreamMaxAge()).isEqualTo(Duration.ofSeconds(120));
        assertThat(read(stored(), FETCHED).document().upstreamMaxAge()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-1", "", "1 2", "99999999999"})
    void aMaxAgeThatCannotBeIsRefused(String maxAge) {
        assertRefused(sealed(FETCHED + " " + maxAge + "\n" + HOST + "\n" + JSON), "has no possible max-age");
    }

    // "a time in the future counts as now"
    @ParameterizedTest
    @ValueSource(strings = {"2026-01-02T03:04:05.677Z", "1970-01-01T00:00:00Z", "-1000000000-01-01T00:00:00Z"})
    void aTimeInTheFutureCountsAsNow(Instant now) throws Exception {
        assertThat(read(stored(), now).age()).isZero();
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
    void aFileThatIsCutOrChangedAnywhereOrHasSomethingAfterItIsRefused() {
        byte[] stored = stored();
        for (int length = 0; length < stored.length; length++) {
            assertRefused(Arrays.copyOf(stored, length), "is not a stored document", "is damaged");
        }
        for (int bit = 0; bit < stored.length * 8; bit++) {
            byte[] damaged = stored.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertRefused(damaged, "is not a stored document", "is damaged");
        }
        assertRefused(Arrays.copyOf(stored, stored.length + 1), "is damaged");
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
        assertRefused(StoredFormat.write(document(json), HOST, FETCHED), "is not a valid document: by a test");
    }

    @Test
    void oneDocumentIsNotTakenForTheOther() {
        assertThatThrownBy(() ->
                        StoredFormat.read(DocumentKind.DISCOVERY, stored(), HOST, FETCHED, TestValidation::validate))
                .isInstanceOf(UnusableFileException.class)
                .hasMessage("is not a valid document: by a test");
    }

    @ParameterizedTest
    @CsvSource({"yesterday", "2026-02-30T00:00:00Z", "-1000000000-01-01T00:00:00Z", "''"})
    void aTimeThatCannotBeIsRefused(String time) {
        assertRefused(sealed(time + "\n" + HOST + "\n" + JSON), "has no possible time of fetch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z\nhttps://k.example:6443/a"})
    void aFileThatHasTooFewLinesIsRefused(String content) {
        assertRefused(sealed(content), "is not a stored document");
    }

    private static byte[] sealed(String content) {
        return sealed(content.getBytes(UTF_8));
    }

    /** A file that is not damaged, however odd what it holds. */
    static byte[] sealed(byte[] content) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(("kube-oidc-gateway-document-1 " + StressTest.sha256(content) + "\n").getBytes(UTF_8));
        file.writeBytes(content);
        return file.toByteArray();
    }

    private static StoredDocument read(byte[] file, Instant now) throws UnusableFileException {
        return StoredFormat.read(DocumentKind.JWKS, file, HOST, now, TestValidation::validate);
    }

    private static void assertRefused(byte[] file, String... messages) {
        assertThatThrownBy(() -> read(file, FETCHED))
                .isInstanceOf(UnusableFileException.class)
                .satisfies(e -> assertThat(e.getMessage()).isIn((Object[]) messages));
    }
}
