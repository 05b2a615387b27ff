// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.report.Section;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which checks are run and reported.
 *
 * @param checks those that the report is about, in an order that is the same in every run
 * @param leftOut why some of them are not run, by the check's name
 */
record Selection(List<Check> checks, Map<String, String> leftOut) {

    private static final int SUGGESTIONS = 3;

    private static final Comparator<Check> ORDER =
            Comparator.comparing(Check::section, Section.ORDER).thenComparing(Check::sentence);

    /**
     * Chooses.
     *
     * @param possible all checks that there are
     * @param only sections and names to choose; all checks where empty
     * @param without sections and names to leave out
     * @throws UsageException if one of these matches no check, or nothing is left
     */
    static Selection of(List<Check> possible, List<String> only, List<String> without) throws UsageException {
        Set<Check> chosen = new HashSet<>(only.isEmpty() ? possible : List.of());
        for (String which : only) {
            chosen.addAll(matching("--only", which, possible));
        }
        Map<String, String> leftOut = new HashMap<>();
        for (String which : without) {
            for (Check check : matching("--without", which, possible)) {
                leftOut.put(check.name(), "left out by --without " + which);
            }
        }
        if (chosen.stream().allMatch(check -> leftOut.containsKey(check.name()))) {
            throw new UsageException(
                    "--without leaves out each of the " + chosen.size() + " checks; nothing would be checked");
        }
        return new Selection(chosen.stream().sorted(ORDER).toList(), leftOut);
    }

    private static List<Check> matching(String option, String which, List<Check> possible) throws UsageException {
        List<Check> matching = possible.stream()
                .filter(check -> check.isIn(which) || check.name().equals(which))
                .toList();
        if (matching.isEmpty()) {
            throw new UsageException(option + " " + which + " matches none of the " + possible.size() + " checks; "
                    + (which.matches("[0-9.]+") ? sections(possible) : "near it: " + near(which, possible)));
        }
        return matching;
    }

    private static String sections(List<Check> possible) {
        return "there are the sections "
                + possible.stream()
                        .flatMap(check ->
                                Stream.of(check.section(), check.section().split("\\.")[0]))
                        .distinct()
                        .sorted(Section.ORDER)
                        .collect(Collectors.joining(" "));
    }

    private static String near(String wanted, List<Check> possible) {
        return possible.stream()
                .map(Check::name)
                .sorted(Comparator.comparingInt(name -> distance(wanted, name)))
                .limit(SUGGESTIONS)
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(", "));
    }

    /** How many characters have to be changed (Levenshtein); none where one is a part of the other. */
    private static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        if (b.contains(a)) {
            return 0;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
