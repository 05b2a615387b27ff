// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A report as one HTML page that needs nothing else: no script, no other file. It follows the reader's choice of light or dark
 * and can be printed. The page is well-formed XML too.
 */
public final class HtmlReport {

    private static final String CAME_BACK = "; came back ";

    private final Markup page;
    private final Report report;

    private HtmlReport(Report report, Writer out) throws IOException {
        this.page = new Markup(out);
        this.report = report;
    }

    /** Is a {@link ReportWriter}. */
    public static void write(Report report, Writer out) throws IOException {
        new HtmlReport(report, out).write();
    }

    private void write() throws IOException {
        page.htmlDoctype().begin("html", "lang", "en").lineEnd();
        head();
        page.begin("body").begin("main").lineEnd();
        summary();
        sections();
        findings("Failed", "What binds and is broken.", report.with(Outcome.FAILED));
        findings("Unclear", "What could not be found out, which counts as a failure.", report.with(Outcome.UNCLEAR));
        findings("Warned", "What there may be reasons to break.", report.with(Outcome.WARNED));
        results("Left out", report.with(Outcome.LEFT_OUT));
        results("Passed", report.with(Outcome.PASSED));
        page.end().end().end().finish();
    }

    private void head() throws IOException {
        page.begin("head").empty("meta", "charset", "UTF-8");
        // Should anything a peer wrote ever get through, it loads and runs nothing.
        page.empty(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                "default-src 'none'; style-src 'unsafe-inline'");
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        page.element("title", "Conformance of " + report.subject());
        page.begin("style").lines(style()).end().end().lineEnd();
    }

    private static String style() throws IOException {
        try (InputStream in = Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void summary() throws IOException {
        String mood = report.exitStatus() == 0 ? "passed" : "failed";
        page.element("h1", "Conformance")
                .element("p", report.subject(), "class", "subject")
                .lineEnd();
        page.element("p", report.verdict(), "class", "verdict " + mood).begin("ul", "class", "counts");
        for (Outcome outcome : Outcome.values()) {
            long count = report.count(outcome);
            page.begin("li", "class", count == 0 ? "none" : style(outcome))
                    .element("b", Long.toString(count))
                    .text(" " + outcome.word())
                    .end();
        }
        page.end().lineEnd();
        page.element(
                        "p",
                        report.results().size() + " checks, begun "
                                + report.began().toString().replaceAll("\\.\\d+", "") + ", took "
                                + ConsoleText.seconds(report.took()),
                        "class",
                        "when")
                .lineEnd();
    }

    private void sections() throws IOException {
        page.element("h2", "Sections").begin("table", "class", "sections").lineEnd();
        for (Section section : report.sections()) {
            page.begin("tr").element("th", section.number()).element("td", Section.title(section.number()));
            page.begin("td").begin("div", "class", "bar");
            for (Outcome outcome : Outcome.values()) {
                long count = section.count(outcome);
                if (count > 0) {
                    double share = 100.0 * count / section.results().size();
                    String width = String.format(Locale.ROOT, "width:%.2f%%", share);
                    page.element(
                            "span", "", "class", style(outcome), "style", width, "title", count + " " + outcome.word());
                }
            }
            page.end().end();
            page.element(
                    "td",
                    section.count(Outcome.PASSED) + " of " + section.results().size(),
                    "class",
                    "number");
            page.end().lineEnd();
        }
        page.end().lineEnd();
    }

    private void findings(String title, String meaning, List<Result> results) throws IOException {
        if (results.isEmpty()) {
            return;
        }
        page.element("h2", title + " (" + results.size() + ")")
                .element("p", meaning)
                .lineEnd();
        for (Result result : results) {
            page.begin("section", "class", "finding " + style(result.outcome()));
            page.begin("h3")
                    .element("b", result.check().section())
                    .text(" " + result.check().sentence())
                    .end();
            finding(result.detail());
            page.end().lineEnd();
        }
    }

    /** Takes apart what the kit's expectations of a response say; other messages stay whole. */
    private void finding(String detail) throws IOException {
        int cameBack = detail.indexOf(CAME_BACK);
        int expected = detail.lastIndexOf("; ");
        if (!detail.startsWith("sent ") || cameBack < 0 || expected <= cameBack) {
            page.element("p", detail, "class", "bytes");
            return;
        }
        page.begin("dl");
        page.element("dt", "sent").element("dd", detail.substring("sent ".length(), cameBack), "class", "bytes");
        page.element("dt", "came back")
                .element("dd", detail.substring(cameBack + CAME_BACK.length(), expected), "class", "bytes");
        page.element("dt", "the rule").element("dd", detail.substring(expected + "; ".length()));
        page.end();
    }

    private void results(String title, List<Result> results) throws IOException {
        if (results.isEmpty()) {
            return;
        }
        page.element("h2", title + " (" + results.size() + ")")
                .begin("table", "class", "results")
                .lineEnd();
        for (Result result : results) {
            page.begin("tr")
                    .element("th", result.check().section())
                    .element("td", result.check().sentence());
            page.element("td", result.message().isEmpty() ? ConsoleText.seconds(result.took()) : result.message());
            page.end().lineEnd();
        }
        page.end().lineEnd();
    }

    private static String style(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
