// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import java.io.IOException;
import java.io.Writer;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A report as Markdown with tables (GitHub Flavored Markdown 4.10): sections, and every check that did not pass. */
public final class MarkdownReport {

    /** What means something in Markdown, and what turns text into a link, a mention or a formula on GitHub. */
    private static final Pattern MARKUP = Pattern.compile("[&<>|`*_\\[\\]\\\\~@#$]|:(?=//)|(?<=www)\\.");

    private MarkdownReport() {}

    /**
     * Writes a report.
     *
     * @param report what to write
     * @param out where to; flushed but not closed
     * @throws IOException if it cannot be written
     */
    public static void write(Report report, Writer out) throws IOException {
        out.write("# Conformance of " + text(report.subject()) + "\n\n");
        out.write("**" + text(report.verdict()) + "** " + text(report.counts()) + "; begun "
                + text(report.began().toString()) + ", took " + ConsoleText.seconds(report.took()) + ".\n\n");
        out.write("| section | what it is about | passed | failed | warned | left out | unclear |\n");
        out.write("|---|---|---:|---:|---:|---:|---:|\n");
        for (Section section : report.sections()) {
            out.write(row(section.number(), Section.title(section.number()))
                    + Arrays.stream(Outcome.values())
                            .map(outcome -> " " + section.count(outcome) + " |")
                            .collect(Collectors.joining())
                    + "\n");
        }
        List<Result> others = report.with(Outcome.FAILED, Outcome.UNCLEAR, Outcome.WARNED, Outcome.LEFT_OUT);
        if (!others.isEmpty()) {
            out.write("\n| outcome | check | what was seen |\n|---|---|---|\n");
            for (Result result : others) {
                out.write(row(result.outcome().word(), result.check().name(), result.detail()) + "\n");
            }
        }
        out.flush();
    }

    private static String row(String... cells) {
        return Arrays.stream(cells).map(cell -> " " + text(cell) + " |").collect(Collectors.joining("", "|", ""));
    }

    /** A reference to a character is never markup. */
    private static String text(String text) {
        return MARKUP.matcher(Printable.line(text))
                .replaceAll(found -> "&#" + found.group().codePointAt(0) + ";");
    }
}
