// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.cli;

import io.github.kubeoidc.gateway.conformance.report.HtmlReport;
import io.github.kubeoidc.gateway.conformance.report.JUnitReport;
import io.github.kubeoidc.gateway.conformance.report.Report;
import io.github.kubeoidc.gateway.conformance.report.ReportWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The files that a report goes to. They are emptied before the run, so that what is in them is never an older report. */
final class ReportFiles {

    private static final Map<Options.Name, ReportWriter> WRITERS = Map.of(
            Options.Name.JUNIT, JUnitReport::write,
            Options.Name.HTML, HtmlReport::write);

    private final Map<Path, ReportWriter> files = new LinkedHashMap<>();

    private ReportFiles() {}

    /**
     * Makes or empties the files that the options name.
     *
     * @throws UsageException if one cannot be written
     */
    static ReportFiles of(Options options) throws UsageException {
        ReportFiles reports = new ReportFiles();
        for (Map.Entry<Options.Name, ReportWriter> writer : WRITERS.entrySet()) {
            for (String file : options.values(writer.getKey())) {
                if (reports.files.put(empty(writer.getKey(), file), writer.getValue()) != null) {
                    throw new UsageException(file + " is given for two reports");
                }
            }
        }
        return reports;
    }

    private static Path empty(Options.Name option, String file) throws UsageException {
        try {
            Path path = Path.of(file).toAbsolutePath().normalize();
            Files.newOutputStream(path).close();
            return path;
        } catch (IOException | InvalidPathException e) {
            throw new UsageException(option + " " + file + " cannot be written: " + e
                    + "; it has to be a file in a directory that exists");
        }
    }

    /**
     * Writes them.
     *
     * @throws IOException if one cannot be written
     */
    void write(Report report) throws IOException {
        for (Map.Entry<Path, ReportWriter> file : files.entrySet()) {
            try (Writer out = Files.newBufferedWriter(file.getKey())) {
                file.getValue().write(report, out);
            }
        }
    }
}
