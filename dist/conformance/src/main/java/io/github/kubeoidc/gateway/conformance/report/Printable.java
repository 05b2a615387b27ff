// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

/**
 * Makes one line that can be shown anywhere of a text that a peer may have written: nothing in it moves a cursor, colours,
 * turns the direction of writing, or is forbidden in XML (XML 1.0 2.2).
 */
public final class Printable {

    private static final int HEAD = 1500;
    private static final int TAIL = 500;

    private Printable() {}

    /**
     * Writes what cannot be seen as an escape: {@code \n}, {@code \x1b}, {@code \u202e}. What can be seen stays. Takes any
     * text, lone surrogates included.
     */
    public static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            if (canBeSeen(character)) {
                line.appendCodePoint(character);
            } else {
                line.append(escape(character));
            }
        });
        return line.toString();
    }

    /**
     * The same, but not longer than about 2000 characters: of a longer text the middle is left out, as messages begin with
     * what was sent and end with the rule.
     */
    public static String shortLine(String text) {
        if (text.length() <= HEAD + TAIL) {
            return line(text);
        }
        String omitted = " … (" + (text.length() - HEAD - TAIL) + " characters left out) … ";
        return line(text.substring(0, HEAD)) + omitted + line(text.substring(text.length() - TAIL));
    }

    private static boolean canBeSeen(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static String escape(int character) {
        return switch (character) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> String.format(character < 0x100 ? "\\x%02x" : "\\u%04x", character);
        };
    }
}
