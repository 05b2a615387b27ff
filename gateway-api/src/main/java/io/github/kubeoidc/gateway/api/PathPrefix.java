// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Tells which paths may stand before those of the documents: such as no client and no proxy has a reason to write in another
 * way (RFC 3986, section 6.2.2), as paths are compared character for character.
 */
final class PathPrefix {
    static final ValueKind<String> KIND = ValueKind.text(
            "a path such as /clusters/a, of at most 256 letters, digits and - . _ ~ /,"
                    + " without a slash at its end and without empty or dot segments",
            PathPrefix::isAllowed);

    /** None is allowed in a servlet container. */
    static final ValueKind<String> NONE = ValueKind.text(
            "nothing in a servlet container, as the context path is what stands before all paths there", text -> false);

    private static final int MAX_LENGTH = 256;

    /** What is unreserved by RFC 3986, section 2.3. */
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._~-]+");

    private PathPrefix() {}

    private static boolean isAllowed(String text) {
        return text.length() <= MAX_LENGTH
                && text.startsWith("/")
                && Arrays.stream(text.substring(1).split("/", -1)).allMatch(PathPrefix::isSegment);
    }

    private static boolean isSegment(String text) {
        return SEGMENT.matcher(text).matches() && !text.equals(".") && !text.equals("..");
    }
}
