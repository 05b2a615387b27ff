// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.web.RequestLine;
import org.jspecify.annotations.Nullable;

/**
 * A log event as it is queued: texts that are cut and fit for one line, and no other object of the event. So the memory that the
 * queue holds is known, and arguments that change later do not matter.
 *
 * @param epochMillis when it happened
 * @param request what is told of a request; then there is no message
 * @param error the class and message of an exception
 * @param stackTrace its stack trace, on many lines
 */
record LogLine(
        long epochMillis,
        Level level,
        String logger,
        String message,
        @Nullable RequestLine request,
        @Nullable String error,
        @Nullable String stackTrace) {

    /** The most characters of a message, libraries' ones included. */
    static final int MAX_MESSAGE = 4096;

    private static final int MAX_STACK_TRACE = 16 * 1024;
    private static final int OBJECT_BYTES = 200;

    static LogLine of(ILoggingEvent event, boolean stackTraces) {
        RequestLine request = requestLine(event);
        if (request != null) {
            return new LogLine(event.getTimeStamp(), event.getLevel(), event.getLoggerName(), "", request, null, null);
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        return new LogLine(
                event.getTimeStamp(),
                event.getLevel(),
                event.getLoggerName(),
                LogText.line(String.valueOf(event.getFormattedMessage()), MAX_MESSAGE),
                null,
                thrown == null ? null : error(thrown),
                thrown == null || !stackTraces ? null : stackTrace(thrown));
    }

    private static @Nullable RequestLine requestLine(ILoggingEvent event) {
        Object[] arguments = event.getArgumentArray();
        return arguments != null && arguments.length == 1 && arguments[0] instanceof RequestLine line ? line : null;
    }

    private static String error(IThrowableProxy thrown) {
        String message = thrown.getMessage();
        return thrown.getClassName() + (message == null ? "" : ": " + LogText.line(message, MAX_MESSAGE));
    }

    private static String stackTrace(IThrowableProxy thrown) {
        String stackTrace = ThrowableProxyUtil.asString(thrown);
        return stackTrace.length() <= MAX_STACK_TRACE
                ? stackTrace
                : stackTrace.substring(0, MAX_STACK_TRACE) + "…" + System.lineSeparator();
    }

    /** Returns how many bytes of the heap it holds, rounded up. */
    int bytes() {
        if (request != null) {
            // All are ASCII. The object that holds a traceparent takes up less than its characters once more.
            String trace = request.traceparent();
            int traceBytes = trace == null ? 0 : 2 * trace.length();
            return OBJECT_BYTES + request.method().length() + request.path().length() + traceBytes;
        }
        int characters = message.length() + (error == null ? 0 : error.length());
        return OBJECT_BYTES + 2 * (characters + (stackTrace == null ? 0 : stackTrace.length()));
    }
}
