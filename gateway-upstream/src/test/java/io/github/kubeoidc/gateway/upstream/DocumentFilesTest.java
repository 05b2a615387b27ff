// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.StoredDocument;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 3.10: documents as files, and which files are ignored. */
class DocumentFilesTest {
    private static final URI HOST = URI.create("https://k.example");

    @TempDir
    Path elsewhere;

    @TempDir
    Path directory;

    private LogLines log;
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");

    @BeforeEach
    void listen() {
        log = LogLines.of(directory);
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    @Test
    void whatIsSavedIsThereAfterARestartWithItsTrueAge() {
        save(jwks(1), discovery());
        now = now.plusSeconds(90);
        try (DocumentFiles files = open()) {
            StoredDocument stored = files.load(JWKS);
            assertThat(stored).isNotNull();
            assertThat(stored.document().json()).isEqualTo(jwks(1).json());
            assertThat(stored.age()).isEqualTo(Duration.ofSeconds(90));
            StoredDocument other = files.load(DISCOVERY);
            assertThat(other).isNotNull();
            assertThat(other.document()).isEqualTo(discovery(other.document().json()));
        }
        assertThat(log.lines())
                .containsExactly(
                        "INFO CACHE_DIR " + directory
                                + "/jwks was fetched 90s ago and is served until upstream answers",
                        "INFO CACHE_DIR " + directory
                                + "/openid-configuration was fetched 90s ago and is served until upstream answers");
    }

    @Test
    void atTheVeryFirstStartThereIsNothingAndNoWarning() {
        try (DocumentFiles files = open()) {
            assertThat(files.load(JWKS)).isNull();
        }
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void theNewestOfManyDocumentsCounts() {
        try (DocumentFiles files = open()) {
            for (int version = 0; version < 500; version++) {
                files.save(jwks(version));
            }
        }
        assertStored(jwks(499));
    }

    @Test
    void aDocumentThatComesBackCountsAgain() {
        save(jwks(1), jwks(2), jwks(1));
        assertStored(jwks(1));
    }

    // "written beside and renamed, mode 0600"
    @Test
    void filesAreForTheirOwnerOnlyAndNothingElseIsLeft() throws IOException {
        save(jwks(1), jwks(2), discovery());
        assertThat(names()).containsExactly("jwks", "openid-configuration");
        for (String name : names()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void whatAKilledProcessHasLeftIsRemovedAndOtherFilesAreNot() throws IOException {
        for (String left : List.of("jwks-123.tmp", "openid-configuration-123.tmp", "probe-123.tmp")) {
            Files.writeString(directory.resolve(left), "half");
        }
        for (String other : List.of("mine-1.tmp", "jwks.tmp", "jwks-1")) {
            Files.writeString(directory.resolve(other), "");
        }
        open().close();
        assertThat(names()).containsExactly("jwks-1", "jwks.tmp", "mine-1.tmp");
    }

    @Test
    void aDamagedFileIsIgnoredWithAWarningAndReplaced() throws IOException {
        save(jwks(1));
        byte[] bytes = Files.readAllBytes(jwksFile());
        Files.write(jwksFile(), Arrays.copyOf(bytes, bytes.length - 1));
        assertIgnored("is damaged");
        save(jwks(2));
        assertStored(jwks(2));
    }

    @Test
    void aFileThatIsTooLargeIsIgnored() throws IOException {
        Files.write(jwksFile(), new byte[StoredFormat.MAX_BYTES + 1]);
        assertIgnored("is larger than 1064960 bytes");
    }

    @Test
    void aDocumentOfTheLargestSizeIsKept() {
        String json = "{\"keys\":[{\"kty\":\"RSA\"}]}";
        Document largest =
                new Document(JWKS, (json + " ".repeat(Document.MAX_BYTES - json.length())).getBytes(UTF_8), null);
        save(largest);
        assertStored(largest);
    }

    @Test
    void aSymbolicLinkIsIgnoredAndWritingReplacesItAndNotItsTarget() throws IOException {
        save(jwks(1));
        Path target = Files.move(jwksFile(), elsewhere.resolve("target"));
        Files.createSymbolicLink(jwksFile(), target);
        assertIgnored("is a symbolic link");
        save(jwks(2));
        assertStored(jwks(2));
        assertThat(Files.isSymbolicLink(jwksFile())).isFalse();
        assertThat(target).content().contains(new String(jwks(1).json(), UTF_8));
    }

    @Test
    void aDirectoryInItsPlaceIsIgnoredAndAFailureToWriteIsLoggedOnce() throws IOException {
        Files.createDirectories(jwksFile().resolve("x"));
        assertIgnored("is not a file");
        try (DocumentFiles files = open()) {
            files.save(jwks(1));
            files.save(jwks(2));
        }
        assertThat(log.lines())
                .singleElement()
                .asString()
                .startsWith("WARN CACHE_DIR " + jwksFile() + " cannot be written (");
        assertThat(names()).containsExactly("jwks");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw--w----", "rw-----w-"})
    void aFileThatOthersMayWriteIsIgnored(String mode) throws IOException {
        save(jwks(1));
        Files.setPosixFilePermissions(jwksFile(), PosixFilePermissions.fromString(mode));
        assertIgnored("may be written by others");
    }

    @Test
    void aFileThatOthersOwnIsIgnored() throws IOException {
        save(jwks(1));
        Object self = Files.getAttribute(jwksFile(), "unix:uid");
        assumeThat(self).as("**** SKIPPED: only root can give a file away ****").isEqualTo(0);
        Files.setAttribute(jwksFile(), "unix:uid", 65534);
        assertIgnored("belongs to another user");
    }

    @Test
    void aDirectoryThatIsGoneIsLoggedAndNothingElseHappens() throws IOException {
        try (DocumentFiles files = open()) {
            Files.delete(directory);
            files.save(jwks(1));
        }
        assertThat(log.lines()).singleElement().asString().contains("cannot be written (NoSuchFileException)");
        Files.createDirectory(directory);
    }

    @Test
    void theSameDocumentWithinASecondIsNotWrittenAgain() throws IOException {
        try (DocumentFiles files = open()) {
            files.save(jwks(1));
            now = now.plusMillis(999);
            files.save(jwks(1));
        }
        assertThat(Files.readString(jwksFile())).contains("2026-01-02T03:04:05Z");
        try (DocumentFiles files = open()) {
            files.save(jwks(1));
            now = now.plusMillis(1000);
            files.save(jwks(1));
        }
        assertThat(Files.readString(jwksFile())).contains("2026-01-02T03:04:06.999Z");
    }

    @Test
    void whatIsSavedAfterTheEndIsNotKept() throws IOException {
        DocumentFiles files = open();
        files.close();
        files.save(jwks(1));
        assertThat(names()).isEmpty();
        files.close();
    }

    private DocumentFiles open() {
        return DocumentFiles.open(directory, HOST, () -> now);
    }

    private void save(Document... documents) {
        try (DocumentFiles files = open()) {
            for (Document document : documents) {
                files.save(document);
            }
        }
    }

    private void assertStored(Document document) {
        try (DocumentFiles files = open()) {
            StoredDocument stored = files.load(document.kind());
            assertThat(stored).isNotNull();
            assertThat(stored.document().json()).isEqualTo(document.json());
        }
    }

    private void assertIgnored(String why) {
        try (DocumentFiles files = open()) {
            assertThat(files.load(JWKS)).isNull();
        }
        assertThat(log.lines()).containsExactly("WARN CACHE_DIR " + jwksFile() + " " + why + ": it is ignored");
        log.lines().clear();
    }

    private Path jwksFile() {
        return directory.resolve("jwks");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static Document jwks(int version) {
        String json = "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"%d\"}]}".formatted(version);
        return new Document(JWKS, json.getBytes(UTF_8), null);
    }

    private static Document discovery() {
        return discovery("{\"issuer\":\"https://i.example\",\"jwks_uri\":\"https://i.example/jwks\"}".getBytes(UTF_8));
    }

    private static Document discovery(byte[] json) {
        return new Document(DocumentKind.DISCOVERY, json, "https://i.example");
    }
}
