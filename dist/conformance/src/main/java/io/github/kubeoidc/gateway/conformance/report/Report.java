// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What came out of a run.
 *
 * @param subject what was checked, in one {@link Printable} line
 * @param began when the run began
 * @param took how long it took
 * @param results a result for each check, in the order of the checks
 */
public record Report(String subject, Instant began, Duration took, List<Result> results) {

    /** Makes one line of the subject and keeps an own copy of the results. */
    public Report {
        subject = Printable.line(subject);
        results = List.copyOf(results);
    }

    /** How many checks came out so. */
    public long count(Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).count();
    }

    /** The results that came out so, in the order of the checks. */
    public List<Result> with(Outcome... outcomes) {
        List<Outcome> wanted = List.of(outcomes);
        return results.stream()
                .filter(result -> wanted.contains(result.outcome()))
                .toList();
    }

    /** What a process ends with: 0 if something was looked at, nothing failed and nothing stayed unclear, else 1. */
    public int exitStatus() {
        return nothingWasSeen() || !with(Outcome.FAILED, Outcome.UNCLEAR).isEmpty() ? 1 : 0;
    }

    private boolean nothingWasSeen() {
        return count(Outcome.LEFT_OUT) == results.size();
    }

    /** The sections that have results, in the order of their numbers. */
    public List<Section> sections() {
        return results.stream()
                .collect(Collectors.groupingBy(result -> result.check().section()))
                .entrySet()
                .stream()
                .map(section -> new Section(section.getKey(), section.getValue()))
                .sorted((one, other) -> Section.ORDER.compare(one.number(), other.number()))
                .toList();
    }

    /** The counts in words, for instance {@code 9 checks: 8 passed, 1 failed}. */
    public String counts() {
        return results.size()
                + (results.size() == 1 ? " check" : " checks")
                + Stream.of(Outcome.values())
                        .filter(outcome -> count(outcome) > 0)
                        .map(outcome -> count(outcome) + " " + outcome.word())
                        .collect(Collectors.joining(", ", ": ", ""));
    }

    /** What the counts mean, in one sentence. */
    public String verdict() {
        long broken = count(Outcome.FAILED);
        long unclear = count(Outcome.UNCLEAR);
        if (broken + unclear == 0) {
            return nothingWasSeen() ? "Nothing was found out." : "No promise that binds was seen broken.";
        }
        return Stream.of(
                        promises(broken, "is broken.", "are broken."),
                        promises(unclear, "could not be judged.", "could not be judged."))
                .filter(sentence -> !sentence.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static String promises(long count, String one, String many) {
        return count == 0 ? "" : count == 1 ? "1 promise " + one : count + " promises " + many;
    }
}
