// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import com.google.gson.stream.JsonWriter;
import io.github.kubeoidc.gateway.web.RequestLine;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** {@code LOG_FORMAT=json}: an object a line, with the parts of a request line as members. */
final class JsonLayout implements LineLayout {
    private final boolean stackTraces;
    private final Timestamp timestamp = new Timestamp();

    JsonLayout(boolean stackTraces) {
        this.stackTraces = stackTraces;
    }

    @Override
    public void append(ILoggingEvent event, StringBuilder lines) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setHtmlSafe(false);
            json.beginObject();
            StringBuilder time = new StringBuilder();
            timestamp.append(event.getTimeStamp(), time);
            json.name("timestamp").value(time.toString());
            json.name("level").value(event.getLevel().toString());
            RequestLine request = StandardOutput.requestLine(event);
            if (request == null) {
                json.name("logger").value(event.getLoggerName());
                json.name("message").value(event.getFormattedMessage());
                appendThrown(event.getThrowableProxy(), json);
            } else {
                json.name("method").value(request.method());
                json.name("path").value(request.loggedPath());
                json.name("status").value(request.status());
                json.name("cache_hit").value(request.cacheHit());
                json.name("duration").value(request.duration());
            }
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lines.append(text.getBuffer()).append('\n');
    }

    private void appendThrown(@Nullable IThrowableProxy thrown, JsonWriter json) throws IOException {
        if (thrown != null) {
            json.name("error").value(thrown.getClassName() + ": " + thrown.getMessage());
            if (stackTraces) {
                json.name("stack_trace").value(ThrowableProxyUtil.asString(thrown));
            }
        }
    }
}
