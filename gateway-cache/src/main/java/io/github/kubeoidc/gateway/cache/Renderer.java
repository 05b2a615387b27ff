// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import com.google.gson.FormattingStyle;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.Representation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Makes the representation of a document that was found valid: order, names and values stay as upstream sent them. */
final class Renderer {
    private final boolean pretty;

    Renderer(boolean pretty) {
        this.pretty = pretty;
    }

    Representation render(Document document) {
        byte[] body = pretty ? indent(document.json()) : document.json();
        return new Representation(body, '"' + sha256(body) + '"');
    }

    private static byte[] indent(byte[] json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(json.length * 2);
        try (JsonReader reader =
                        new JsonReader(new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8));
                JsonWriter writer = new JsonWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8))) {
            reader.setStrictness(Strictness.STRICT);
            writer.setStrictness(Strictness.STRICT);
            writer.setFormattingStyle(FormattingStyle.PRETTY);
            writer.setSerializeNulls(true);
            writer.setHtmlSafe(false);
            copy(reader, writer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void copy(JsonReader reader, JsonWriter writer) throws IOException {
        while (true) {
            switch (reader.peek()) {
                case BEGIN_OBJECT -> {
                    reader.beginObject();
                    writer.beginObject();
                }
                case END_OBJECT -> {
                    reader.endObject();
                    writer.endObject();
                }
                case BEGIN_ARRAY -> {
                    reader.beginArray();
                    writer.beginArray();
                }
                case END_ARRAY -> {
                    reader.endArray();
                    writer.endArray();
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
                case END_DOCUMENT -> {
                    return;
                }
            }
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
