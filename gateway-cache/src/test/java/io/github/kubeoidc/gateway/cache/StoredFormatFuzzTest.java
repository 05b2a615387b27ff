// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.kubeoidc.gateway.api.DocumentKind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** CONTRACT 3.10: a file of {@code CACHE_DIR} is a document with a possible age, or ignored. */
@EnabledOnOs(
        value = {OS.LINUX, OS.MAC},
        architectures = {"amd64", "x86_64", "aarch64"},
        disabledReason = "**** SKIPPED: Jazzer has no native library for this platform ****")
@Timeout(10)
class StoredFormatFuzzTest {
    private static final URI HOST = URI.create("https://k.example/a");
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    @FuzzTest
    void whatIsStoredIsADocumentOfThisUpstreamOrIgnored(byte[] bytes) throws Exception {
        for (DocumentKind kind : DocumentKind.values()) {
            assertReadOrIgnored(kind, bytes);
            assertReadOrIgnored(kind, StoredFormatTest.sealed(bytes));
        }
    }

    private static void assertReadOrIgnored(DocumentKind kind, byte[] file) throws UnusableFileException {
        StoredDocument stored;
        try {
            stored = StoredFormat.read(kind, file, HOST, NOW, TestValidation::validate);
        } catch (UnusableFileException e) {
            assertThat(e.getMessage()).matches("(is|has) [\\x20-\\x7e]{1,130}");
            return;
        }
        String[] lines = new String(file, StandardCharsets.ISO_8859_1).split("\n", 4);
        Duration age = Duration.between(Instant.parse(lines[1].split(" ")[0]), NOW);
        assertThat(stored.age()).isEqualTo(age.isNegative() ? Duration.ZERO : age);
        assertThat(lines[2]).isEqualTo(HOST.toString());
        assertThat(stored.document().json()).isEqualTo(lines[3].getBytes(StandardCharsets.ISO_8859_1));

        byte[] again = StoredFormat.write(stored.document(), HOST, NOW.minus(stored.age()));
        assertThat(StoredFormat.read(kind, again, HOST, NOW, TestValidation::validate)
                        .age())
                .isEqualTo(stored.age());
    }
}
