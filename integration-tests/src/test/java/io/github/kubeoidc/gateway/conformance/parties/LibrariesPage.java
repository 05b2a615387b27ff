// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.parties;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The page of the documentation that says what libraries do with tokens and gateway, as it was seen in a run. */
final class LibrariesPage {

    private static final String INTRODUCTION = """
            # Libraries

            TODO
            """;

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
            words.put(refused, said);
        }
    }

    private LibrariesPage() {}

    static String of(Map<String, Row> rows) {
        Map<String, String> found = new LinkedHashMap<>();
        Map<String, String> said = new LinkedHashMap<>();
        rows.forEach((library, row) -> {
            found.put(
                    library,
                    "| " + library + " | " + row.parts + " | " + String.join(" | ", row.findings.values()) + " |");
            said.put(library, "| " + library + " | " + String.join(" | ", row.words.values()) + " |");
        });
        String columns = rows.values().stream()
                .map(row -> String.join(" | ", row.findings.keySet()))
                .findFirst()
                .orElse("");
        return INTRODUCTION
                + "\n## What they do\n\n| library | made of | " + columns + " |\n|---|---"
                + "|---".repeat(columns.split("\\|").length) + "|\n" + String.join("\n", found.values())
                + "\n\n## What they say\n\n| library | "
                + Arrays.stream(Refused.values()).map(Refused::title).collect(Collectors.joining(" | "))
                + " |\n|---" + "|---".repeat(Refused.values().length) + "|\n" + String.join("\n", said.values()) + "\n";
    }
}
