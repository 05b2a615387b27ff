// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {

    @ParameterizedTest
    @CsvSource({
        "0a, \\n",
        "0d, \\r",
        "09, \\t",
        "00, \\x00",
        "1b, \\x1b",
        "7f, \\x7f",
        "9b, \\x9b",
        "2028, \\u2028",
        "202e, \\u202e",
        "2066, \\u2066",
        "feff, \\ufeff",
        "ffff, \\uffff",
        "d800, \\ud800",
        "dc00, \\udc00"
    })
    void escapesWhatCannotBeSeen(String character, String escaped) {
        String text = "a" + (char) Integer.parseInt(character, 16) + "b";
        assertThat(Printable.line(text)).isEqualTo("a" + escaped + "b");
    }

    @Test
    void keepsWhatCanBeSeen() {
        String text = "«GET /é» … \\n <b> | 😀 日本";
        assertThat(Printable.line(text)).isEqualTo(text);
    }

    @Test
    void leavesNothingThatXmlForbids() {
        String all = IntStream.rangeClosed(0, 0xffff)
                .mapToObj(character -> String.valueOf((char) character) + " ")
                .reduce(new StringBuilder(), StringBuilder::append, StringBuilder::append)
                .toString();
        assertThat(Printable.line(all).codePoints())
                .allMatch(character -> character >= 0x20 && character <= 0xd7ff
                        || character >= 0xe000 && character <= 0xfffd
                        || character >= 0x10000);
        assertThat(Printable.line(Printable.line(all))).isEqualTo(Printable.line(all));
    }

    @Test
    void leavesOutTheMiddleOfALongText() {
        String line = Printable.shortLine("begin" + "\u001b".repeat(1_000_000) + "end");
        assertThat(line)
                .startsWith("begin\\x1b")
                .endsWith("\\x1bend")
                .contains(" … (998008 characters left out) … ")
                .hasSizeLessThan(9000);
        assertThat(Printable.shortLine("short")).isEqualTo("short");
    }

    @Test
    void cutsNoCharacterInTwo() {
        String line = Printable.shortLine("a" + "😀".repeat(2000));
        assertThat(line.codePoints()).noneMatch(character -> Character.getType(character) == Character.SURROGATE);
        assertThat(line).contains("\\ud83d …");
    }
}
