// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

/** Writes a log line. Used by one thread at a time. */
interface LineLayout {
    /** Appends the line with its end. */
    void append(LogLine line, StringBuilder lines);
}
