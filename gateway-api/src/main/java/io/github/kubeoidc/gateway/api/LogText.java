// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

/** Makes text that others chose fit for a log line. */
public final class LogText {
    private LogText() {}

    /**
     * Escapes what could be taken for the end of a field or of a line: everything but printable ASCII, and the space, the
     * double quote and the backslash, become {@code \}{@code uXXXX}.
     *
     * @param text any text
     * @param maxLength the most characters to return, at least 0; a longer text is cut, never in the middle of an escape
     * @return the text on one line without spaces
     */
    public static String escape(String text, int maxLength) {
        int plain = 0;
        while (plain < text.length() && isPlain(text.charAt(plain))) {
            plain++;
        }
        if (plain == text.length() && plain <= maxLength) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(maxLength);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            String next = isPlain(c) ? String.valueOf(c) : String.format("\\u%04x", (int) c);
            if (escaped.length() + next.length() > maxLength) {
                break;
            }
            escaped.append(next);
        }
        return escaped.toString();
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '\\';
    }
}
