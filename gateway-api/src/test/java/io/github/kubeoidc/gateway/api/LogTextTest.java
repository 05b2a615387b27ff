// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 6.2: no client can forge a line. */
class LogTextTest {
    @Test
    void printableAsciiStaysAsItIs() {
        String printable = "!#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[]^_`abcxyz{|}~";
        assertThat(LogText.escape(printable, 100)).isEqualTo(printable);
        assertThat(LogText.escape("", 100)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0x00, \\u0000", "0x09, \\u0009", "0x0a, \\u000a", "0x0d, \\u000d", "0x1b, \\u001b", "0x1f, \\u001f",
        "0x20, \\u0020", "0x22, \\u0022", "0x5c, \\u005c", "0x7f, \\u007f", "0x80, \\u0080", "0x85, \\u0085",
        "0xa0, \\u00a0", "0xe9, \\u00e9", "0x2028, \\u2028", "0xd83d, \\ud83d", "0xfeff, \\ufeff"
    })
    void everythingElseIsEscaped(int character, String escaped) {
        assertThat(LogText.escape("/a" + (char) character + "b", 100)).isEqualTo("/a" + escaped + "b");
    }

    @Test
    void aTextOfTheGreatestLengthIsWhole() {
        assertThat(LogText.escape("abcd", 4)).isEqualTo("abcd");
        assertThat(LogText.escape("ab\n", 8)).isEqualTo("ab\\u000a");
    }

    @Test
    void aLongerTextIsCut() {
        assertThat(LogText.escape("abcde", 4)).isEqualTo("abcd");
        assertThat(LogText.escape("abcde", 0)).isEmpty();
    }

    @Test
    void noEscapeIsCutInTheMiddle() {
        assertThat(LogText.escape("ab\nc", 7)).isEqualTo("ab");
        assertThat(LogText.escape("ab\ncd", 8)).isEqualTo("ab\\u000a");
        assertThat(LogText.escape("\n\n", 11)).isEqualTo("\\u000a");
    }

    @Test
    void aSentenceKeepsItsSpacesAndItsLetters() {
        assertThat(LogText.line("a \"b\" \\ \u00e9", 100)).isEqualTo("a \"b\" \\ \u00e9");
    }

    @ParameterizedTest
    @CsvSource({"0x0a, \\u000a", "0x0d, \\u000d", "0x1b, \\u001b", "0x85, \\u0085", "0x2028, \\u2028", "0x202e, \\u202e"
    })
    void aSentenceStaysOnOneLine(int character, String escaped) {
        assertThat(LogText.line("a b" + (char) character + "c", 100)).isEqualTo("a b" + escaped + "c");
    }

    @Test
    void aSentenceThatIsCutSaysSo() {
        assertThat(LogText.line("abcd", 4)).isEqualTo("abcd");
        assertThat(LogText.line("abcde", 4)).isEqualTo("abcd…");
        assertThat(LogText.line("a\n\n", 12)).isEqualTo("a\\u000a…");
    }
}
