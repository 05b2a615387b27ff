// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.DocumentKind.JWKS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import io.github.kubeoidc.gateway.testsupport.LogLines;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Stores documents as files in a directory of the test, and reads them. */
abstract class StoredFiles {
    private static final URI HOST = URI.create("https://k.example");
    /** A busy disk may take longer for a file than a gateway that stops waits for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path elsewhere;

    @TempDir
    Path directory;

    LogLines log;
    Instant now = Instant.parse("2026-01-02T03:04:05Z");

    @BeforeEach
    void listen() {
        log = LogLines.of(directory);
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    DocumentFiles open() {
        return DocumentFiles.open(directory, HOST, () -> now, TestValidation::validate, PATIENCE);
    }

    void save(Document... documents) {
        try (DocumentFiles files = open()) {
            for (Document document : documents) {
                files.save(document);
            }
        }
    }

    /** What a restarted gateway finds, {@code null} if there is nothing. */
    @Nullable
    StoredDocument load(DocumentKind kind) {
        try (DocumentFiles files = open()) {
            return files.load(kind, new ExpectedIssuer(null));
        }
    }

    void assertStored(Document document) {
        StoredDocument stored = load(document.kind());
        assertThat(stored).isNotNull();
        assertThat(stored.document().json()).isEqualTo(document.json());
        assertThat(stored.document().issuer()).isEqualTo(document.issuer());
    }

    void assertIgnored(String why) {
        assertThat(load(JWKS)).isNull();
        assertThat(log.lines()).containsExactly("WARN CACHE_DIR " + jwksFile() + " " + why + ": it is ignored");
        log.clear();
    }

    Path jwksFile() {
        return directory.resolve("jwks");
    }

    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    static Document jwks(int version) {
        String json = "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"%d\"}]}".formatted(version);
        return new Document(JWKS, json.getBytes(UTF_8), null);
    }

    static Document discovery() {
        String json = "{\"issuer\":\"https://i.example\",\"jwks_uri\":\"https://i.example/jwks\"}";
        return new Document(DocumentKind.DISCOVERY, json.getBytes(UTF_8), "https://i.example");
    }

    static void allow(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
