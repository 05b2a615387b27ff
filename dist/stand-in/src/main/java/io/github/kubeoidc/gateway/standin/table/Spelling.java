// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin.table;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the tables write what no line of text can have. */
final class Spelling {

    /** Bytes, a repetition, or text in another encoding. */
    private static final Pattern SPELLED =
            Pattern.compile("<(?:((?:[0-9A-F]{2})+)|([^<>]+)\\*(\\d+)|(UTF-16[BL]E):([^<>]+))>");

    private Spelling() {}

    /** The lines of a table, from its first heading on. */
    static List<String> lines(String table) {
        try (InputStream file = Spelling.class.getResourceAsStream(table)) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), UTF_8);
            return text.substring(text.indexOf("\n## ") + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is meant, with one character a byte. */
    static String bytes(String text) {
        return SPELLED.matcher(text).replaceAll(spelled -> Matcher.quoteReplacement(meant(spelled)));
    }

    private static String meant(MatchResult spelled) {
        if (spelled.group(1) != null) {
            return new String(HexFormat.of().parseHex(spelled.group(1)), ISO_8859_1);
        }
        if (spelled.group(2) != null) {
            return spelled.group(2).repeat(Integer.parseInt(spelled.group(3)));
        }
        return new String(spelled.group(5).getBytes(Charset.forName(spelled.group(4))), ISO_8859_1);
    }
}
