// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1: {@code If-None-Match} by weak comparison, a list, or {@code *} (RFC 9110, section 13.1.2). */
class EntityTagsTest {
    private static final String ETAG = "\"ab12\"";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"ab12\"",
                "W/\"ab12\"",
                " \"ab12\" ",
                "\t\"ab12\"\t",
                "*",
                " * ",
                "\"x\",\"ab12\"",
                "\"x\", \"ab12\"",
                "\"x\" , W/\"ab12\"",
                "\"x\"\t,\t\"ab12\"",
                "\"ab12\", \"x\"",
                "\"ab12\",",
                ",, ,\"ab12\"",
                "\"x\",,\"ab12\"",
                "W/\"x\", \"y\", \"ab12\", \"z\"",
                "\"\", \"ab12\"",
                "\"x,y\", \"ab12\"",
                "\"x y\", \"ab12\"",
                "\"x\\\", \"ab12\"",
                "\"ab12\", junk"
            })
    void aListWithTheTagMatches(String line) {
        assertThat(EntityTags.match(lines(line), ETAG)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ",",
                "\"x\"",
                "ab12",
                "\"AB12\"",
                "\"ab1\"",
                "\"ab123\"",
                "\"xab12\"",
                "\"b12\"",
                "\"\"",
                "\"",
                "\"\"\"",
                "\"ab12",
                "ab12\"",
                "'ab12'",
                "w/\"ab12\"",
                "W\"ab12\"",
                "W/ \"ab12\"",
                "W/W/\"ab12\"",
                "W/ab12",
                "W/",
                "W",
                "\"*\"",
                "**",
                "*, \"x\"",
                "\"x\", *",
                "\"x\" \"ab12\"",
                "\"x\";\"ab12\"",
                "\"x, \"ab12\"",
                "junk, \"ab12\"",
                "\"ab12\"junk",
                "\"ab12\" junk",
                "\"ab12\"\"x\"",
                "\"x,\"ab12\",\""
            })
    void aListWithoutTheTagDoesNotMatch(String line) {
        assertThat(EntityTags.match(lines(line), ETAG)).isFalse();
    }

    @Test
    void everyLineOfTheFieldCounts() {
        assertThat(EntityTags.match(lines(), ETAG)).isFalse();
        assertThat(EntityTags.match(lines("\"x\"", "\"y\""), ETAG)).isFalse();
        assertThat(EntityTags.match(lines("\"x\"", "\"ab12\""), ETAG)).isTrue();
        assertThat(EntityTags.match(lines("\"ab12\"", "\"x\""), ETAG)).isTrue();
        assertThat(EntityTags.match(lines("junk", "*"), ETAG)).isTrue();
    }

    private static java.util.Enumeration<String> lines(String... lines) {
        return Collections.enumeration(List.of(lines));
    }
}
