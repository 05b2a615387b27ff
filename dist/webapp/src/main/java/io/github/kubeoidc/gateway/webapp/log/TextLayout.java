// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.github.kubeoidc.gateway.web.RequestLine;

/** {@code LOG_FORMAT=text}: timestamp and request line, or timestamp, level and message. */
final class TextLayout implements LineLayout {
    private final boolean stackTraces;
    private final Timestamp timestamp = new Timestamp();

    TextLayout(boolean stackTraces) {
        this.stackTraces = stackTraces;
    }

    @Override
    public void append(ILoggingEvent event, StringBuilder lines) {
        timestamp.append(event.getTimeStamp(), lines);
        lines.append(' ');
        RequestLine request = StandardOutput.requestLine(event);
        if (request != null) {
            request.appendTo(lines).append('\n');
            return;
        }
        lines.append(event.getLevel()).append(' ');
        appendPrintable(event.getFormattedMessage(), lines);
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null && !stackTraces) {
            lines.append(": ").append(thrown.getClassName());
            if (thrown.getMessage() != null) {
                appendPrintable(": " + thrown.getMessage(), lines);
            }
        }
        lines.append('\n');
        if (thrown != null && stackTraces) {
            lines.append(ThrowableProxyUtil.asString(thrown));
        }
    }

    /** Whatever is in a message, it stays on one line. */
    private static void appendPrintable(String text, StringBuilder line) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? '?' : c);
        }
    }
}
