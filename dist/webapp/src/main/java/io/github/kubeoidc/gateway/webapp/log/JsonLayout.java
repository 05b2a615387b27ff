// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import ch.qos.logback.classic.Level;
import com.google.gson.stream.JsonWriter;
import io.github.kubeoidc.gateway.web.RequestLine;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * {@code LOG_FORMAT=json}: an object a line, with the parts of a request line as members. The names are those that collectors of
 * logs look for, which is why the level is there twice; those of a trace are OpenTelemetry's (Trace Context in non-OTLP Log
 * Formats).
 */
final class JsonLayout implements LineLayout {
    private final Timestamp timestamp = new Timestamp();
    private final @Nullable String contextPath;

    JsonLayout(String contextPath) {
        this.contextPath = contextPath.isEmpty() ? null : contextPath;
    }

    @Override
    public void append(LogLine line, StringBuilder lines) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setHtmlSafe(false);
            json.setSerializeNulls(false);
            json.beginObject();
            StringBuilder time = new StringBuilder();
            timestamp.append(line.epochMillis(), time);
            json.name("timestamp").value(time.toString());
            json.name("level").value(line.level().toString());
            json.name("severity").value(severity(line.level()));
            RequestLine request = line.request();
            if (request == null) {
                json.name("context_path").value(contextPath);
                json.name("logger").value(line.logger());
                json.name("message").value(line.message());
                json.name("error").value(line.error());
                json.name("stack_trace").value(line.stackTrace());
            } else {
                json.name("method").value(request.method());
                json.name("path").value(request.path());
                json.name("status").value(request.status());
                json.name("cache_hit").value(request.cacheHit());
                String millis = request.millis();
                json.name("duration").value(millis + "ms");
                // With its decimals even where they are 0: who learns types from the first number seen learns that it
                // has some.
                json.name("duration_ms").jsonValue(millis);
                json.name("trace_id").value(request.traceId());
                json.name("span_id").value(request.spanId());
                json.name("trace_flags").value(request.traceFlags());
            }
            json.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lines.append(text.getBuffer()).append('\n');
    }

    /** The level as Google Cloud Logging names it; the others have the same name there. */
    private static String severity(Level level) {
        return level == Level.WARN ? "WARNING" : level.toString();
    }
}
