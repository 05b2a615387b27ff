// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** CONTRACT 1: {@code If-None-Match} against the grammar of RFC 9110, sections 8.8.3 and 13.1.2, written as a pattern. */
@EnabledOnOs(
        value = {OS.LINUX, OS.MAC},
        architectures = {"amd64", "x86_64", "aarch64"},
        disabledReason = "**** SKIPPED: Jazzer has no native library for this platform ****")
@Timeout(10)
class EntityTagsFuzzTest {
    private static final String ETAG = "\"ab12\"";

    // One tag, and what may be before and after it; a list counts up to its first error.
    private static final Pattern NEXT = Pattern.compile("\\G[, \\t]*+(?:W/)?(\"[^\"]*+\")[ \\t]*+(?=,|\\z)");

    @FuzzTest
    void aTagIsFoundExactlyWhereTheGrammarHasIt(byte[] bytes) {
        List<String> lines = fieldLines(bytes);
        assertThat(EntityTags.match(Collections.enumeration(lines), ETAG))
                .as("%s among %s", ETAG, lines)
                .isEqualTo(lines.stream().anyMatch(EntityTagsFuzzTest::matches));
    }

    /** Field lines of the characters that a parser lets into one (RFC 9110, section 5.5). */
    private static List<String> fieldLines(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return List.of(text.replaceAll("[\\x00-\\x08\\x0b-\\x1f\\x7f]", "").split("\n"));
    }

    private static boolean matches(String line) {
        if (line.matches("[ \\t]*\\*[ \\t]*")) {
            return true;
        }
        Matcher tags = NEXT.matcher(line);
        while (tags.find()) {
            if (tags.group(1).equals(ETAG)) {
                return true;
            }
        }
        return false;
    }
}
