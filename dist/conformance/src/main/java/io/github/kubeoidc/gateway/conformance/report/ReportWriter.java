// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import java.io.IOException;
import java.io.Writer;

/** A form of a report. */
@FunctionalInterface
public interface ReportWriter {

    /**
     * Writes a report. Blocks as the writer does.
     *
     * @param report what to write
     * @param out where to; flushed but not closed. Its encoding has to be UTF-8.
     * @throws IOException if it cannot be written
     */
    void write(Report report, Writer out) throws IOException;
}
