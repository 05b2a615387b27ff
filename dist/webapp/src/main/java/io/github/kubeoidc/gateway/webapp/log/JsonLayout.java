// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.log;

import com.google.gson.stream.JsonWriter;
import io.github.kubeoidc.gateway.web.RequestLine;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** {@code LOG_FORMAT=json}: an object a line, with the parts of a request line as members. */
final class JsonLayout implements LineLayout {
    private final Timestamp timestamp = new Timestamp();

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
            RequestLine request = line.request();
            if (request == null) {
                json.name("logger").value(line.logger());
                json.name("message").value(line.message());
                json.name("error").value(line.error());
                json.name("stack_trace").value(line.stackTrace());
            } else {
                json.name("method").value(request.method());
                json.name("path").value(request.path());
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
}
