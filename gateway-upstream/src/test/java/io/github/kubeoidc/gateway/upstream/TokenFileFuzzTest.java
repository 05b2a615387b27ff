// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.kubeoidc.gateway.upstream.LastGoodFile.UnusableException;
import java.nio.charset.StandardCharsets;

/** CONTRACT 3.9, and RFC 6750, section 2.1: what is taken for a token is one, which no header field ends. */
@Fuzzed
class TokenFileFuzzTest {
    @FuzzTest
    void aTokenFileIsABearerTokenOrOfNoUse(byte[] bytes) {
        String expected = read(bytes);
        String token;
        try {
            token = TokenFile.parse(bytes);
        } catch (UnusableException e) {
            assertThat(e.getMessage()).isIn("is empty", "is not a bearer token");
            assertThat(expected).isNull();
            return;
        }
        assertThat(token).isEqualTo(expected);
    }

    /** {@code 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="} with white space around it, or {@code null}. */
    private static String read(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1).strip();
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '=') {
            end--;
        }
        boolean valid = end > 0;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            valid &= c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || "-._~+/".indexOf(c) >= 0;
        }
        return valid ? text : null;
    }
}
