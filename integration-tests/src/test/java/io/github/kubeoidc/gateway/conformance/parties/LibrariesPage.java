// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.parties;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The page of the documentation that says what libraries do with tokens and gateway, as it was seen in a run. */
final class LibrariesPage {

    private static final String BEGIN = "\n## What they do\n";
    private static final String END = "\n## Remarks\n";

    /** What was seen of one library. */
    static final class Row {
        private final String parts;
        private final Map<String, String> findings = new LinkedHashMap<>();
        private final Map<Refused, String> words = new LinkedHashMap<>();

        Row(String parts) {
            this.parts = parts;
        }

        void found(String column, String finding) {
            findings.put(column, finding);
        }

        String finding(String column) {
            return findings.getOrDefault(column, "");
        }

        void said(Refused refused, String said) {
            words.put(refused, withoutToken(said));
        }
    }

    private LibrariesPage() {}

    /** What is the same for each token and each run. */
    private static String withoutToken(String said) {
        String text = said.replaceAll("eyJ[\\w-]+\\.[\\w.-]*", "…")
                .replaceAll("\"kid\":\"[^\"]*\"", "\"kid\":\"…\"")
                .replaceAll("NumericDate\\{[^}]*}", "NumericDate{…}")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "…")
                .replaceAll("https://localhost:\\d+", "https://localhost:…");
        String before;
        do {
            before = text;
            text = text.replaceAll("\\{[^{}]{40,}}", "…");
        } while (!text.equals(before));
        return text.replace("|", "\\|");
    }

    /** The page with these tables in place of those that it has. */
    static String of(String page, Map<String, Row> rows) {
        StringBuilder found = new StringBuilder();
        StringBuilder said = new StringBuilder();
        rows.forEach((library, row) -> {
            found.append(row(library, row.parts, String.join(" | ", row.findings.values())));
            said.append(row(library, String.join(" | ", row.words.values())));
        });
        Set<String> columns = rows.values().iterator().next().findings.keySet();
        return page.substring(0, page.indexOf(BEGIN)) + BEGIN
                + "\n" + row("library", "made of", String.join(" | ", columns)) + "|---".repeat(2 + columns.size())
                + "|\n"
                + found + "\n## What they say\n\n"
                + row(
                        "library",
                        Arrays.stream(Refused.values()).map(Refused::title).collect(Collectors.joining(" | ")))
                + "|---".repeat(1 + Refused.values().length) + "|\n" + said + page.substring(page.indexOf(END));
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
