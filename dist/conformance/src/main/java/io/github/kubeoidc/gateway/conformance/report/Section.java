// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The results of one section's checks.
 *
 * @param number the section's number, such as {@code 1.7}
 * @param results what came out, in the order of the report
 */
public record Section(String number, List<Result> results) {

    /** Section numbers as people count: 2 before 10, 1 before 1.1. */
    public static final Comparator<String> ORDER = Comparator.<String>comparingInt(
                    number -> Integer.parseInt(number.split("\\.")[0]))
            .thenComparingInt(number -> number.contains(".") ? Integer.parseInt(number.split("\\.")[1]) : 0);

    private static final Map<String, String> TITLES = Map.ofEntries(
            Map.entry("1", "methods, statuses and conditional requests"),
            Map.entry("1.1", "the header fields of a document, and for how long it is kept"),
            Map.entry("1.2", "the media type, and no negotiation"),
            Map.entry("1.3", "paths, character for character"),
            Map.entry("1.4", "answers that are no document are plain"),
            Map.entry("1.5", "502 for a document that was never fetched"),
            Map.entry("1.6", "request bodies are never read, and no answer is lost"),
            Map.entry("1.7", "slow and greedy clients are bounded"),
            Map.entry("1.8", "what smugglers use is refused"),
            Map.entry("2.1", "how the API server is asked"),
            Map.entry("2.2", "how long and how large an exchange may be"),
            Map.entry("2.3", "which documents are accepted"),
            Map.entry("2.4", "how a document is rendered"),
            Map.entry("2.5", "the published jwks_uri"),
            Map.entry("2.6", "the documents of one issuer only"),
            Map.entry("3.1", "a fresh document is served from memory"),
            Map.entry("3.2", "shared fetches, and waiting for them"),
            Map.entry("3.3", "a stale document is served on failure"),
            Map.entry("3.4", "failures are remembered"),
            Map.entry("3.5", "refreshing before a document is stale"),
            Map.entry("3.6", "how often the API server is asked"),
            Map.entry("3.7", "without caching"),
            Map.entry("3.8", "the same answer for everybody"),
            Map.entry("3.9", "rotated tokens and certificates"),
            Map.entry("3.10", "documents outlive the process"),
            Map.entry("3.11", "keys that change are told"),
            Map.entry("3.12", "both documents are fetched at the start"),
            Map.entry("4.1", "health asks for both documents"),
            Map.entry("4.2", "health is no lever against the API server"),
            Map.entry("4.3", "health during an outage"),
            Map.entry("5", "configuration"),
            Map.entry("6.1", "one line a request"),
            Map.entry("6.2", "no client forges a line"),
            Map.entry("6.3", "failed fetches in the log"),
            Map.entry("6.4", "start, first documents and stop in the log"),
            Map.entry("6.5", "a log that cannot be written"),
            Map.entry("6.6", "refused clients in the log"),
            Map.entry("7", "stopping, and a port in use"),
            Map.entry("8.1", "HTTPS, its versions and its suites"),
            Map.entry("8.2", "certificates that are replaced"),
            Map.entry("10.1", "documents below a path"),
            Map.entry("10.2", "members that are added"));

    /** Keeps an own copy of the results. */
    public Section {
        results = List.copyOf(results);
    }

    /** What a section is about, in a few words; empty for a section that is not known. */
    public static String title(String number) {
        return TITLES.getOrDefault(number, "");
    }

    /** How many checks of the section came out so. */
    public long count(Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).count();
    }
}
