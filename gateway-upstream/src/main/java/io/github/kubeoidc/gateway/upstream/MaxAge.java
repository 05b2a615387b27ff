// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads how long a response may be kept from its {@code Cache-Control} (RFC 9111, sections 4.2.1 and 5.2.2). */
final class MaxAge {
    /** The greatest number of seconds that is told apart: a delta-seconds beyond it counts as it (section 1.2.2). */
    private static final long MAX_SECONDS = Integer.MAX_VALUE;

    // A directive with its argument, which may be quoted; a comma inside of quotes does not end it. Takes linear time:
    // a match begins where the last one ended, and no quantifier gives back a character.
    private static final Pattern DIRECTIVE = Pattern.compile("\\G\\s*+([^\\s=,\"]*+)"
            + "(?:\\s*+=\\s*+(?:\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"|([^,]*+)))?+[^,]*+(?:,|$)");
    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final int MAX_DIGITS = 10;

    private MaxAge() {}

    /**
     * Returns the {@code max-age} of a response.
     *
     * @param cacheControl the values of all its {@code Cache-Control} fields
     * @return the least where it is there more than once, 0 where it is no number; {@code null} where there is none
     */
    static @Nullable Duration parse(List<? extends CharSequence> cacheControl) {
        long least = Long.MAX_VALUE;
        for (CharSequence value : cacheControl) {
            Matcher directive = DIRECTIVE.matcher(value);
            while (directive.find()) {
                if (directive.group(1).equalsIgnoreCase("max-age")) {
                    String argument = directive.group(2) != null ? directive.group(2) : directive.group(3);
                    least = Math.min(least, seconds(argument == null ? "" : argument.strip()));
                }
            }
        }
        return least == Long.MAX_VALUE ? null : Duration.ofSeconds(least);
    }

    /** A response whose freshness is not valid is stale (section 4.2.1). */
    private static long seconds(String argument) {
        if (!DIGITS.matcher(argument).matches()) {
            return 0;
        }
        return argument.length() > MAX_DIGITS ? MAX_SECONDS : Math.min(MAX_SECONDS, Long.parseLong(argument));
    }
}
