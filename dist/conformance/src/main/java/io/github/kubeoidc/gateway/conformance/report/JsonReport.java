// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;

/**
 * A report as one JSON object (RFC 8259) for programs. Times are seconds; {@code began} is a UTC instant of ISO 8601;
 * {@code outcome} is an {@link Outcome} in small letters.
 */
public final class JsonReport {

    private JsonReport() {}

    /** Is a {@link ReportWriter}. */
    public static void write(Report report, Writer out) throws IOException {
        JsonWriter json = new JsonWriter(out);
        json.setFormattingStyle(FormattingStyle.PRETTY);
        json.setHtmlSafe(false);
        json.beginObject();
        json.name("subject").value(report.subject());
        json.name("began").value(report.began().toString());
        json.name("seconds").value(report.took().toMillis() / 1000.0);
        json.name("conforms").value(report.exitStatus() == 0);
        json.name("counts").beginObject();
        for (Outcome outcome : Outcome.values()) {
            json.name(lower(outcome)).value(report.count(outcome));
        }
        json.endObject();
        json.name("results").beginArray();
        for (Result result : report.results()) {
            write(result, json);
        }
        json.endArray().endObject();
        json.flush();
        out.write("\n");
        out.flush();
    }

    private static void write(Result result, JsonWriter json) throws IOException {
        json.beginObject();
        json.name("name").value(result.check().name());
        json.name("section").value(result.check().section());
        json.name("severity").value(lower(result.check().severity()));
        json.name("scope").value(lower(result.check().scope()));
        json.name("outcome").value(lower(result.outcome()));
        json.name("seconds").value(result.took().toMillis() / 1000.0);
        if (!result.message().isEmpty()) {
            json.name("message").value(result.message());
        }
        json.endObject();
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
