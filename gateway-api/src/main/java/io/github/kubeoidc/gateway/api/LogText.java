// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/** Makes text from outside safe for a log line. The one place where that is decided. */
public final class LogText {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    /**
     * The header and the claims of a JSON Web Token (RFC 7519, section 3), which are JSON objects in base64url; a PEM text
     * (RFC 7468, section 2), which may be a private key; the user info of a URL that nobody has taken out.
     */
    private static final Pattern SECRET =
            Pattern.compile("(?s)eyJ[\\w-]*\\.eyJ[\\w-]|-----BEGIN|://(?!\\*\\*\\*@).*(?:@|%40|\uff20)");

    private LogText() {}

    /**
     * Tells whether a text that somebody set may have a secret in it, as where it was meant to be the path of a file. Such a
     * text is shown to nobody.
     *
     * @param text any text
     * @return whether something in it begins like a JSON Web Token or a PEM text, or may be a URL's user info
     */
    public static boolean hasSecret(String text) {
        return SECRET.matcher(text).find();
    }

    /**
     * Escapes what could be taken for the end of a field or of a line: everything but printable ASCII, and the space, the
     * double quote and the backslash, become {@code \}{@code uXXXX}.
     *
     * @param text any text
     * @param maxLength the most characters to return, at least 0; a longer text is cut, never in the middle of an escape
     * @return the text on one line without spaces
     */
    public static String escape(String text, int maxLength) {
        return escape(text, maxLength, LogText::isPlain, "");
    }

    /**
     * Keeps a sentence on one line: control characters, and what else could be taken for the end of a line or change the
     * order in which it is read, become {@code \}{@code uXXXX}.
     *
     * @param text any text
     * @param maxLength the most characters to return of it, at least 0; where more is left out, an ellipsis follows
     * @return the text on one line
     */
    public static String line(String text, int maxLength) {
        return escape(text, maxLength, c -> !breaksLine(c), "…");
    }

    private static String escape(String text, int maxLength, IntPredicate plain, String whereCut) {
        int end = Math.min(text.length(), maxLength);
        int same = 0;
        while (same < end && plain.test(text.charAt(same))) {
            same++;
        }
        if (same == text.length()) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(Math.min(maxLength, 6 * text.length())).append(text, 0, same);
        for (int i = same; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean asIs = plain.test(c);
            if (escaped.length() + (asIs ? 1 : 6) > maxLength) {
                return escaped.append(whereCut).toString();
            }
            if (asIs) {
                escaped.append(c);
            } else {
                escaped.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    escaped.append(HEX[c >> shift & 0xf]);
                }
            }
        }
        return escaped.toString();
    }

    private static boolean isPlain(int c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '\\';
    }

    private static boolean breaksLine(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
