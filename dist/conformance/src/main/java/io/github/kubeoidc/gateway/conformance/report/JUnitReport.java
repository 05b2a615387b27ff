// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * A report as the XML of JUnit that CI systems read: a {@code testsuite} with a {@code testcase} for each check. What failed
 * is a {@code failure}, what stayed unclear an {@code error}; warnings and what was left out are {@code skipped}.
 */
public final class JUnitReport {

    /** Without a zone, which some readers refuse. */
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    private JUnitReport() {}

    /** Is a {@link ReportWriter}. */
    public static void write(Report report, Writer out) throws IOException {
        Markup xml = new Markup(out).xmlDeclaration();
        xml.begin("testsuite")
                .with("name", "conformance of " + report.subject())
                .with("tests", report.results().size())
                .with("failures", report.count(Outcome.FAILED))
                .with("errors", report.count(Outcome.UNCLEAR))
                .with("skipped", report.count(Outcome.WARNED) + report.count(Outcome.LEFT_OUT))
                .with("time", seconds(report.took()))
                .with("timestamp", TIMESTAMP.format(report.began()))
                .lineEnd();
        for (Result result : report.results()) {
            write(result, xml);
        }
        xml.finish();
    }

    private static void write(Result result, Markup xml) throws IOException {
        xml.begin("testcase")
                .with("classname", result.check().section())
                .with("name", result.check().sentence())
                .with("time", seconds(result.took()));
        switch (result.outcome()) {
            case PASSED -> {}
            case FAILED -> xml.element("failure", result.message(), "message", result.message(), "type", "failed");
            case UNCLEAR -> xml.element("error", result.message(), "message", result.message(), "type", "unclear");
            case WARNED, LEFT_OUT -> xml.empty("skipped", "message", result.message());
        }
        xml.end().lineEnd();
    }

    private static String seconds(Duration took) {
        return String.format(Locale.ROOT, "%.3f", took.toMillis() / 1000.0);
    }
}
