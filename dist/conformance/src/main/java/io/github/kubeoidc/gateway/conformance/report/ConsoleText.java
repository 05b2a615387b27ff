// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.Locale;

/** A report as lines for people: one for each check, the message below those that are not as promised. */
public final class ConsoleText implements ReportWriter {

    private static final String MESSAGE_INDENT = "          ";

    private final boolean coloured;

    /** Uses the colours of a terminal (ECMA-48 SGR), or none. */
    public ConsoleText(boolean coloured) {
        this.coloured = coloured;
    }

    @Override
    public void write(Report report, Writer out) throws IOException {
        for (Result result : report.results()) {
            out.write(lines(result) + "\n");
        }
        out.write(summary(report) + "\n");
        out.flush();
    }

    /** One result, in one or two lines without the last line's end. */
    public String lines(Result result) {
        String head = colour(result.outcome(), String.format(Locale.ROOT, "%-10s", word(result.outcome())))
                + Printable.line(result.check().name());
        return switch (result.outcome()) {
            case PASSED -> head + took(result.took());
            case LEFT_OUT -> head + " (" + result.message() + ")";
            case FAILED, WARNED, UNCLEAR -> head + took(result.took()) + "\n" + MESSAGE_INDENT + result.message();
        };
    }

    /** The end of a report: counts, time and verdict, in two lines without the last line's end. */
    public String summary(Report report) {
        Outcome worst = report.exitStatus() == 0 ? Outcome.PASSED : Outcome.FAILED;
        return report.counts() + "; " + seconds(report.took()) + "\n" + colour(worst, report.verdict());
    }

    static String seconds(Duration took) {
        return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
    }

    /** Only what took long enough to wonder about. */
    private static String took(Duration took) {
        return took.toMillis() < 1000 ? "" : " (" + seconds(took) + ")";
    }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case PASSED -> "ok";
            case FAILED -> "FAILED";
            case WARNED -> "warning";
            case LEFT_OUT -> "left out";
            case UNCLEAR -> "UNCLEAR";
        };
    }

    private String colour(Outcome outcome, String text) {
        if (!coloured) {
            return text;
        }
        int code = switch (outcome) {
            case PASSED -> 32;
            case FAILED, UNCLEAR -> 31;
            case WARNED -> 33;
            case LEFT_OUT -> 90;
        };
        return "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
