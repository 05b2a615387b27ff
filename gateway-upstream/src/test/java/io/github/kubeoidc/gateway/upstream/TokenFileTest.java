// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static io.github.kubeoidc.gateway.upstream.Failures.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.testsupport.LogLines;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 3.9, and RFC 6750, section 2.1. */
class TokenFileTest {
    @TempDir
    Path directory;

    private Path path;
    private LogLines log;
    private TokenFile token;

    @BeforeEach
    void open() {
        path = directory.resolve("token");
        log = LogLines.of(directory);
        token = new TokenFile(path, Runnable::run, LastGoodFile.READ_WAIT);
    }

    @AfterEach
    void stopListening() {
        log.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "eyJh.eyJp.c2ln-_", "azAZ09-._~+/", "abc=", "abc=="})
    void aBearerTokenIsTakenAsItIs(String text) throws Exception {
        Files.writeString(path, text);
        assertThat(token.get()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc\n", "abc\r\n", " \t abc \n\n"})
    void whiteSpaceAroundItIsNoPartOfIt(String text) throws Exception {
        Files.writeString(path, text);
        assertThat(token.get()).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "\r\n\t "})
    void anEmptyFileIsNoToken(String text) throws Exception {
        Files.writeString(path, text);
        assertUnusable("is empty");
    }

    // What would forge a header, or is no token at all.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret two",
                "secret\r\nX-Forged: 1",
                "secret\nsecret",
                "secret\u0000",
                "Bearer secret",
                "\"secret\"",
                "secret,",
                "=",
                "==",
                "secret=x",
                "sécret",
                "secret\u00a0x",
                "{\"token\":\"secret\"}",
                "\uFEFFsecret"
            })
    void whatIsNoBearerTokenIsRefusedAndNotQuoted(String text) throws Exception {
        Files.writeString(path, text);
        assertUnusable("is not a bearer token");
        assertThat(log.events()).noneMatch(event -> event.getFormattedMessage().contains("secret"));
    }

    @Test
    void aMissingFileIsNoToken() {
        assertUnusable("does not exist");
    }

    @Test
    void aTokenHasAtMost64Kibibytes() throws Exception {
        String longest = "a".repeat(64 * 1024);
        Files.writeString(path, longest);
        assertThat(token.get()).isEqualTo(longest);
        Files.writeString(path, "b".repeat(64 * 1024 + 1));
        assertThat(token.get()).isEqualTo(longest);
        assertThat(log.lines())
                .containsExactly(
                        "WARN SA_TOKEN_PATH " + path + " is larger than 65536 bytes: the last good one stays in use");
    }

    private void assertUnusable(String problem) {
        assertFailure(token::get, Outcome.UNAUTHORIZED, "no usable token: SA_TOKEN_PATH " + path + " " + problem);
        assertThat(log.lines())
                .containsExactly("WARN SA_TOKEN_PATH " + path + " " + problem
                        + ": documents cannot be fetched until it is there");
    }
}
