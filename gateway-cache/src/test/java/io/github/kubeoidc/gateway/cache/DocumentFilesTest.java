// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Document;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 3.10: documents as files. */
class DocumentFilesTest extends StoredFiles {
    @Test
    void whatIsSavedIsThereAfterARestartWithItsTrueAge() {
        save(jwks(1), discovery());
        now = now.plusSeconds(90);
        StoredDocument stored = load(JWKS);
        assertThat(stored).isNotNull();
        assertThat(stored.document().json()).isEqualTo(jwks(1).json());
        assertThat(stored.age()).isEqualTo(Duration.ofSeconds(90));
        assertStored(discovery());
        assertThat(log.lines())
                .containsExactly(
                        "INFO CACHE_DIR " + directory
                                + "/jwks was fetched 90s ago and is served until upstream answers",
                        "INFO CACHE_DIR " + directory
                                + "/openid-configuration was fetched 90s ago and is served until upstream answers");
    }

    @Test
    void atTheVeryFirstStartThereIsNothingAndNoWarning() {
        assertThat(load(JWKS)).isNull();
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void theNewestOfManyDocumentsCountsAlsoOneThatComesBack() {
        save(Stream.iterate(0, version -> version + 1)
                .limit(500)
                .map(StoredFiles::jwks)
                .toArray(Document[]::new));
        assertStored(jwks(499));
        save(jwks(1), jwks(2), jwks(1));
        assertStored(jwks(1));
    }

    // "written beside and renamed, mode 0600"
    @Test
    void filesAreForTheirOwnerOnlyAndNothingElseIsLeftOfAKilledProcessEither() throws IOException {
        for (String left :
                List.of(".kube-oidc-gateway-jwks-123.tmp", ".kube-oidc-gateway-openid-configuration-7.tmp")) {
            Files.writeString(directory.resolve(left), "half");
        }
        open().close();
        assertThat(names()).isEmpty();
        save(jwks(1), jwks(2), discovery());
        assertThat(names()).containsExactly("jwks", "openid-configuration");
        for (String name : names()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
                    .isEqualTo("rw-------");
        }
    }

    // "files that are not the gateway's own are never touched"
    @Test
    void whatMayBeSomebodyElsesIsNeverRemoved() throws IOException {
        List<String> others = List.of(
                "probe-of-mine.tmp",
                "jwks-1.tmp",
                "openid-configuration-1.tmp",
                "jwks.tmp",
                "probe-1.tmp",
                ".kube-oidc-gateway-jwks-.tmp",
                ".kube-oidc-gateway-jwks-1.tmp.bak",
                ".kube-oidc-gateway-keys-1.tmp",
                "a.kube-oidc-gateway-jwks-1.tmp");
        for (String other : others) {
            Files.writeString(directory.resolve(other), "");
        }
        Path link = directory.resolve(".kube-oidc-gateway-jwks-2.tmp");
        Files.createSymbolicLink(link, directory.resolve("jwks.tmp"));
        save(jwks(1));
        assertThat(names()).containsAll(others).contains(link.getFileName().toString(), "jwks");
    }

    @Test
    void aDirectoryWithTheNameOfATemporaryFileIsInNobodysWay() throws IOException {
        save(jwks(1), discovery());
        Files.createDirectories(
                directory.resolve(".kube-oidc-gateway-jwks-5.tmp").resolve("x"));
        Files.createDirectories(directory.resolve("jwks-1.tmp").resolve("x"));
        assertStored(jwks(1));
        save(jwks(2));
        assertStored(jwks(2));
    }

    // "what cannot be written, deleted or listed keeps no good file from being read": here nothing can be made, as on a
    // file system without a free inode.
    @Test
    void whereNothingCanBeWrittenOrListedGoodFilesAreRead() throws IOException {
        save(jwks(1), discovery());
        Files.writeString(directory.resolve(".kube-oidc-gateway-jwks-1.tmp"), "half");
        allow(directory, "--x------");
        try {
            assertStored(jwks(1));
            assertStored(discovery());
            assertThat(log.lines()).noneMatch(line -> line.startsWith("WARN"));
        } finally {
            allow(directory, "rwx------");
        }
    }

    /** No process makes a file where it only reads: so a full disk, or one without inodes, cannot matter. */
    @Test
    void readingMakesAndDeletesNoFile() throws Exception {
        save(jwks(1));
        FileTime before = Files.getLastModifiedTime(directory);
        FileTime past = FileTime.from(before.toInstant().minusSeconds(1000));
        Files.setLastModifiedTime(directory, past);
        assertStored(jwks(1));
        assertThat(Files.getLastModifiedTime(directory)).isEqualTo(past);
    }

    @Test
    void theUserIsKnownWithoutProcAndWithoutAName() throws IOException {
        Object own = Files.getOwner(Files.writeString(elsewhere.resolve("own"), ""));
        assertThat(FileTrust.self(directory, Path.of("/proc/self"))).isEqualTo(own);
        assertThat(FileTrust.self(directory, elsewhere.resolve("no-proc"))).isEqualTo(own);
    }

    /** CONTRACT 3.10: several gateways of one upstream may share a directory. */
    @Test
    void gatewaysThatShareADirectoryDisturbNoneOfTheOthers() throws Exception {
        try (DocumentFiles first = open();
                DocumentFiles second = open()) {
            for (int version = 0; version < 50; version++) {
                first.save(jwks(version));
                second.save(discovery());
                // Takes what is being written for left behind.
                open().close();
                now = now.plusSeconds(1);
            }
            first.save(jwks(777));
        }
        assertStored(jwks(777));
        assertStored(discovery());
        assertThat(names()).containsExactly("jwks", "openid-configuration");
    }

    // A document without bytes stands for any fault that the writer may meet.
    @Test
    void aWriterThatMeetsTheUnexpectedWritesTheNextDocument() throws IOException {
        save(new Document(DISCOVERY, null, "https://i.example"), jwks(1));
        assertStored(jwks(1));
        assertThat(log.lines()).anyMatch(line -> line.contains("openid-configuration cannot be written (NullPointer"));
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

    @ParameterizedTest
    @CsvSource({"999, 2026-01-02T03:04:05Z", "1000, 2026-01-02T03:04:06Z"})
    void theSameDocumentWithinASecondIsNotWrittenAgain(long millis, Instant written) throws IOException {
        try (DocumentFiles files = open()) {
            files.save(jwks(1));
            now = now.plusMillis(millis);
            files.save(jwks(1));
        }
        assertThat(Files.readString(jwksFile())).contains(written.toString());
    }

    /** The tests wait for longer, as their disk may be slow. */
    @Test
    void aCloseWaitsASecondForWhatIsToBeWritten() {
        assertThat(DocumentFiles.CLOSE_BOUND).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whatIsSavedAfterTheEndIsNotKept() throws IOException {
        DocumentFiles files = open();
        files.close();
        files.save(jwks(1));
        assertThat(names()).isEmpty();
        files.close();
    }

    @Test
    void aDocumentOfTheLargestSizeIsKept() {
        String json = "{\"keys\":[{\"kty\":\"RSA\"}]}";
        Document largest =
                new Document(JWKS, (json + " ".repeat(Document.MAX_BYTES - json.length())).getBytes(UTF_8), null);
        save(largest);
        assertStored(largest);
    }
}
