// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

/** {@code LOG_FORMAT=text}: timestamp and request line, or timestamp, level, context path and message. */
final class TextLayout implements LineLayout {
    private final Timestamp timestamp = new Timestamp();
    private final String origin;

    TextLayout(String contextPath) {
        origin = contextPath.isEmpty() ? " " : " [" + contextPath + "] ";
    }

    @Override
    public void append(LogLine line, StringBuilder lines) {
        timestamp.append(line.epochMillis(), lines);
        lines.append(' ');
        if (line.request() != null) {
            line.request().appendTo(lines).append('\n');
            return;
        }
        lines.append(line.level()).append(origin).append(line.message());
        if (line.error() != null && line.stackTrace() == null) {
            lines.append(": ").append(line.error());
        }
        lines.append('\n');
        if (line.stackTrace() != null) {
            lines.append(line.stackTrace());
        }
    }
}
