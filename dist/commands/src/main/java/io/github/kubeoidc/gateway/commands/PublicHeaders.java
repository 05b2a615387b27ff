// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a CDN or a proxy has changed of the gateway's header (CONTRACT 1.1). */
final class PublicHeaders {
    private static final Pattern MAX_AGE = Pattern.compile("max-age=\"?([0-9]+)\"?");
    private static final Pattern STRONG = Pattern.compile("\"[^\"]*\"");

    private final Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    /** Takes fields of one name for one (RFC 9110, section 5.3), however they write it. */
    PublicHeaders(Map<String, List<String>> received) {
        received.forEach(
                (name, values) -> fields.merge(name, String.join(", ", values), (one, other) -> one + ", " + other));
    }

    /** How the body is written down (RFC 9110, section 8.4). */
    String contentEncoding() {
        return fields.getOrDefault("Content-Encoding", "identity");
    }

    /**
     * Tells in words what differs.
     *
     * @param longest the {@code max-age} that is configured: a gateway may say less, as for a stale document, and never more
     */
    List<String> changed(Duration longest) {
        List<String> changed = new ArrayList<>();
        String type = fields.get("Content-Type");
        if (!"application/json".equals(type)) {
            changed.add("Content-Type " + shown(type) + ", not application/json");
        }
        String caching = fields.get("Cache-Control");
        List<String> otherwise = caching(caching, longest.toSeconds());
        if (!otherwise.isEmpty()) {
            changed.add("Cache-Control " + shown(caching) + ", " + String.join(", ", otherwise));
        }
        String tag = fields.get("ETag");
        if (tag == null || !STRONG.matcher(tag).matches()) {
            changed.add("ETag " + shown(tag) + ", not a strong one");
        }
        for (String name : List.of("Content-Encoding", "Vary")) {
            if (fields.containsKey(name)) {
                changed.add(name + ": " + fields.get(name) + " was added");
            }
        }
        // Its value may be a secret.
        if (fields.containsKey("Set-Cookie")) {
            changed.add("Set-Cookie was added");
        }
        tell("X-Content-Type-Options", "nosniff", changed);
        tell("Access-Control-Allow-Origin", "*", changed);
        return changed;
    }

    private void tell(String name, String expected, List<String> changed) {
        String value = fields.get(name);
        if (!expected.equalsIgnoreCase(value)) {
            changed.add(name + " " + shown(value) + ", not " + expected);
        }
    }

    private static String shown(@Nullable String value) {
        return value == null ? "is missing" : "is " + value;
    }

    private static List<String> caching(@Nullable String caching, long longest) {
        if (caching == null) {
            return List.of("without a max-age");
        }
        List<String> changed = new ArrayList<>();
        List<String> directives = Pattern.compile(",")
                .splitAsStream(caching.toLowerCase(Locale.ROOT))
                .map(String::strip)
                .filter(directive -> !directive.isEmpty())
                .toList();
        List<String> ages = directives.stream()
                .filter(directive -> directive.matches("max-age\\b.*"))
                .toList();
        if (ages.size() == 1) {
            Matcher age = MAX_AGE.matcher(ages.get(0));
            if (!age.matches()) {
                changed.add("with a max-age that is no number");
            } else if (new BigInteger(age.group(1)).compareTo(BigInteger.valueOf(longest)) > 0) {
                changed.add("longer than the " + longest
                        + "s of this configuration, and a rotation takes that much longer");
            }
        } else {
            changed.add(ages.isEmpty() ? "without a max-age" : "with " + ages.size() + " of max-age");
        }
        if (!directives.contains("public")) {
            changed.add("without public");
        }
        directives.stream()
                .filter(directive -> !directive.equals("public") && !ages.contains(directive))
                .forEach(directive -> changed.add("with " + directive));
        return changed;
    }
}
