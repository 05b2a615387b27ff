// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSON value as RFC 8259 and CONTRACT 2.3 read it, without the library that the gateway reads it with: members in their
 * order, strings as what they mean, numbers as they are spelled.
 */
sealed interface Json {
    /** The deepest nesting that counts as a document. */
    int MAX_DEPTH = 64;

    /** The longest number that the gateway reads; RFC 8259, section 9, leaves that to it. */
    int MAX_DIGITS = 1023;

    record Obj(List<Member> members) implements Json {
        /** The value of a member, or {@code null} where there is none of that name. */
        Json get(String name) {
            return members.stream()
                    .filter(member -> member.name.equals(name))
                    .map(Member::value)
                    .findFirst()
                    .orElse(null);
        }

        record Member(String name, Json value) {}
    }

    record Arr(List<Json> elements) implements Json {}

    record Text(String value) implements Json {}

    /** A number, which is more than any type of Java can hold. */
    record Num(String spelling) implements Json {}

    /** {@code true}, {@code false} or {@code null}. */
    record Word(String word) implements Json {}

    /** The text is none. */
    final class NotJsonException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotJsonException(String problem) {
            super(problem);
        }
    }

    /** Reads a whole text. */
    static Json read(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            throw new NotJsonException("not UTF-8");
        }
        Reader reader = new Reader(text);
        Json value = reader.value(1);
        reader.space();
        if (reader.at != text.length()) {
            throw reader.unexpected();
        }
        return value;
    }

    /** Recursive descent along the grammar of RFC 8259. */
    final class Reader {
        private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*+)([.][0-9]++)?([eE][+-]?[0-9]++)?");

        private final String text;
        private final Matcher number;
        private int at;

        private Reader(String text) {
            this.text = text;
            this.number = NUMBER.matcher(text);
        }

        private Json value(int depth) {
            space();
            if (text.startsWith("{", at) || text.startsWith("[", at)) {
                if (depth > MAX_DEPTH) {
                    throw new NotJsonException("too deep");
                }
                return text.charAt(at) == '{' ? object(depth) : array(depth);
            }
            if (text.startsWith("\"", at)) {
                return new Text(string());
            }
            for (String word : List.of("true", "false", "null")) {
                if (text.startsWith(word, at)) {
                    at += word.length();
                    return new Word(word);
                }
            }
            if (number.region(at, text.length()).lookingAt() && number.end() - at <= MAX_DIGITS) {
                at = number.end();
                return new Num(number.group());
            }
            throw unexpected();
        }

        private Json object(int depth) {
            List<Obj.Member> members = new ArrayList<>();
            Set<String> names = new HashSet<>();
            take('{');
            if (!takeIf('}')) {
                do {
                    space();
                    String name = string();
                    if (!names.add(name)) {
                        throw new NotJsonException("a name twice");
                    }
                    take(':');
                    members.add(new Obj.Member(name, value(depth + 1)));
                } while (takeIf(','));
                take('}');
            }
            return new Obj(members);
        }

        private Json array(int depth) {
            List<Json> elements = new ArrayList<>();
            take('[');
            if (!takeIf(']')) {
                do {
                    elements.add(value(depth + 1));
                } while (takeIf(','));
                take(']');
            }
            return new Arr(elements);
        }

        private String string() {
            take('"');
            StringBuilder string = new StringBuilder();
            while (true) {
                char c = next();
                if (c == '"') {
                    break;
                }
                if (c < ' ') {
                    throw unexpected();
                }
                string.append(c == '\\' ? escaped() : c);
            }
            if (string.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
                throw new NotJsonException("a lone surrogate");
            }
            return string.toString();
        }

        private char escaped() {
            char c = next();
            int plain = "\"\\/bfnrt".indexOf(c);
            if (plain >= 0) {
                return "\"\\/\b\f\n\r\t".charAt(plain);
            }
            if (c != 'u') {
                throw unexpected();
            }
            int unit = 0;
            for (int i = 0; i < 4; i++) {
                int digit = "0123456789abcdef".indexOf(Character.toLowerCase(next()));
                if (digit < 0) {
                    throw unexpected();
                }
                unit = unit * 16 + digit;
            }
            return (char) unit;
        }

        private void space() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private char next() {
            if (at == text.length()) {
                throw unexpected();
            }
            return text.charAt(at++);
        }

        private boolean takeIf(char c) {
            space();
            boolean there = at < text.length() && text.charAt(at) == c;
            at += there ? 1 : 0;
            return there;
        }

        private void take(char c) {
            if (!takeIf(c)) {
                throw unexpected();
            }
        }

        private NotJsonException unexpected() {
            return new NotJsonException("unexpected at " + at);
        }
    }
}
