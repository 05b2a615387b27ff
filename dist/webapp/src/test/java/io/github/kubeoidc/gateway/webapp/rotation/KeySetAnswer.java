// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import java.util.List;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a gateway, or a cache in front of it, answered.
 *
 * @param status the status; 0 where nobody answered
 * @param maxAge seconds, from the field {@code Cache-Control}
 * @param life which run of which gateway gave the answer; {@code null} where none did
 * @param at when it did
 */
record KeySetAnswer(int status, List<String> keys, String etag, int maxAge, Pod.Life life, long at) {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");
    private static final Pattern MAX_AGE = Pattern.compile("(?m)^Cache-Control: public, max-age=([0-9]+)\r\n");
    private static final Pattern ETAG = Pattern.compile("(?m)^ETag: (\"[0-9a-f]+\")\r\n");
    private static final Pattern KEY = Pattern.compile("\"kid\":\"([^\"]+)\"");

    /** What answers requests for the key set, at once or later. */
    interface Origin {
        void ask(String etag, Consumer<KeySetAnswer> then);
    }

    static KeySetAnswer parse(String response, Pod.Life life, long at) {
        int status = Integer.parseInt(first(STATUS, response));
        boolean isDocument = status == 200 || status == 304;
        return new KeySetAnswer(
                status,
                keys(response),
                isDocument ? first(ETAG, response) : "",
                isDocument ? Integer.parseInt(first(MAX_AGE, response)) : 0,
                life,
                at);
    }

    static List<String> keys(String json) {
        return KEY.matcher(json).results().map(key -> key.group(1)).toList();
    }

    private static String first(Pattern pattern, String response) {
        return pattern.matcher(response)
                .results()
                .findFirst()
                .map((MatchResult found) -> found.group(1))
                .orElseThrow(() -> new AssertionError("no " + pattern + " in " + response));
    }

    /** This answer to a 304 with the keys that the client has already. */
    KeySetAnswer with(List<String> known) {
        return new KeySetAnswer(status, known, etag, maxAge, life, at);
    }
}
