// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import ch.qos.logback.classic.spi.ILoggingEvent;

/** Writes a log event as one line. Used by one thread at a time. */
interface LineLayout {
    /** Appends the line with its end. */
    void append(ILoggingEvent event, StringBuilder lines);
}
