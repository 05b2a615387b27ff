// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import static io.github.kubeoidc.gateway.api.DocumentKind.DISCOVERY;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.kubeoidc.gateway.api.ExpectedIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 3.10: which files are ignored. */
class IgnoredFilesTest extends StoredFiles {
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
        Files.write(jwksFile(), new byte[StoredFormat.MAX_BYTES]);
        assertIgnored("is not a stored document");
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
        save(jwks(1), jwks(2));
        assertThat(log.lines())
                .singleElement()
                .asString()
                .startsWith("WARN CACHE_DIR " + jwksFile() + " cannot be written (");
        assertThat(names()).containsExactly("jwks");
    }

    // "one that its group may write counts where the directory has that group and not everybody may write there": as on
    // a volume with fsGroup.
    @ParameterizedTest
    @CsvSource({
        "rw-----w-, rwx------, false",
        "rw-rw-rw-, rwx------, false",
        "rw-rw----, rwxrwxrwx, false",
        "rw-rw----, rwxrwx---, true",
        "rw-rw----, rwxr-xr-x, true",
        "rw-rw----, rwx------, true"
    })
    void aFileThatOthersMayWriteIsIgnoredUnlessItIsTheDirectorysGroup(String file, String inside, boolean counts)
            throws IOException {
        save(jwks(1));
        allow(jwksFile(), file);
        allow(directory, inside);
        if (counts) {
            assertStored(jwks(1));
        } else {
            assertIgnored("may be written by others");
        }
    }

    @Test
    void aFileThatAnotherGroupMayWriteIsIgnored() throws IOException {
        save(jwks(1));
        assumeThat(Files.getAttribute(jwksFile(), "unix:uid"))
                .as("**** SKIPPED: only root can give a file to any group ****")
                .isEqualTo(0);
        allow(jwksFile(), "rw-rw----");
        Files.setAttribute(jwksFile(), "unix:gid", 65534);
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

    // 3.10: "after the same validation as 2.3", EXPECTED_ISSUER included
    @Test
    void aValidDocumentThatTheGatewayDoesNotAcceptIsIgnored() {
        save(discovery());
        try (DocumentFiles files = open()) {
            assertThat(files.load(DISCOVERY, new ExpectedIssuer("https://other.example")))
                    .isNull();
        }
        assertThat(log.lines())
                .containsExactly("WARN CACHE_DIR " + directory + "/openid-configuration is not a valid document: its"
                        + " issuer is https://i.example, and EXPECTED_ISSUER is https://other.example: it is ignored");
        assertStored(discovery());
    }
}
