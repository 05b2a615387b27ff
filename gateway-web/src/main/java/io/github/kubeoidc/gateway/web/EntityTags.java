// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import java.util.Enumeration;

/** Evaluates {@code If-None-Match} (RFC 9110, section 13.1.2). */
final class EntityTags {
    private EntityTags() {}

    /**
     * Tells whether a tag is among those that a client has, by weak comparison (RFC 9110, section 8.8.3.2).
     *
     * @param fieldLines the lines of the field, each {@code *} or a list of entity tags; a list counts up to its first error
     * @param etag the strong entity tag, in its double quotes
     */
    static boolean match(Enumeration<String> fieldLines, String etag) {
        while (fieldLines.hasMoreElements()) {
            String line = fieldLines.nextElement().strip();
            if (line.equals("*") || listMatches(line, etag)) {
                return true;
            }
        }
        return false;
    }

    private static boolean listMatches(String list, String etag) {
        int i = 0;
        while (true) {
            i = skip(list, i, ", \t");
            int start = list.startsWith("W/", i) ? i + 2 : i;
            int end = start < list.length() && list.charAt(start) == '"' ? list.indexOf('"', start + 1) : -1;
            if (end < 0) {
                return false;
            }
            int next = skip(list, end + 1, " \t");
            if (next < list.length() && list.charAt(next) != ',') {
                return false;
            }
            if (etag.length() == end + 1 - start && list.startsWith(etag, start)) {
                return true;
            }
            i = next;
        }
    }

    private static int skip(String text, int from, String skipped) {
        int i = from;
        while (i < text.length() && skipped.indexOf(text.charAt(i)) >= 0) {
            i++;
        }
        return i;
    }
}
