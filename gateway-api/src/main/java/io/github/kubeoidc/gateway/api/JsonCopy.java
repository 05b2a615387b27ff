// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;

/** Writes JSON that was found valid in another form, with nothing changed in value. */
final class JsonCopy {
    private JsonCopy() {}

    static JsonReader reader(byte[] json) {
        return new JsonReader(new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8));
    }

    static JsonWriter writer(OutputStream out, FormattingStyle style) {
        // The buffer keeps a long string from being copied whole.
        JsonWriter writer = new JsonWriter(new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8)));
        writer.setFormattingStyle(style);
        writer.setSerializeNulls(true);
        writer.setHtmlSafe(false);
        return writer;
    }

    /** Copies the value that the reader is at, with all that is in it. */
    static void value(JsonReader reader, JsonWriter writer) throws IOException {
        int depth = 0;
        do {
            switch (reader.peek()) {
                case BEGIN_OBJECT -> {
                    reader.beginObject();
                    writer.beginObject();
                    depth++;
                }
                case END_OBJECT -> {
                    reader.endObject();
                    writer.endObject();
                    depth--;
                }
                case BEGIN_ARRAY -> {
                    reader.beginArray();
                    writer.beginArray();
                    depth++;
                }
                case END_ARRAY -> {
                    reader.endArray();
                    writer.endArray();
                    depth--;
                }
                case NAME -> writer.name(reader.nextName());
                case STRING -> writer.value(reader.nextString());
                // As written: no number type keeps every digit.
                case NUMBER -> writer.jsonValue(reader.nextString());
                case BOOLEAN -> writer.value(reader.nextBoolean());
                case NULL -> {
                    reader.nextNull();
                    writer.nullValue();
                }
                case END_DOCUMENT -> throw new IllegalStateException("there is no value");
            }
        } while (depth > 0);
    }
}
