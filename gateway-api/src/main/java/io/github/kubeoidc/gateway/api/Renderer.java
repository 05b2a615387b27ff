// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import com.google.gson.FormattingStyle;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Makes the representation of a document that was found valid: order, names and values stay as upstream sent them. What is
 * served and what is written to files is made here, so that both are the same bytes. Immutable.
 */
public final class Renderer {
    /** What a document may always become by being indented. In bytes. */
    private static final int MIN_INDENT_LIMIT = 64 * 1024;

    private final boolean pretty;

    /**
     * Creates a renderer.
     *
     * @param pretty whether documents are indented by two spaces a level; otherwise they stay byte for byte
     */
    public Renderer(boolean pretty) {
        this.pretty = pretty;
    }

    /**
     * Renders a document. One that would become much larger by being indented stays as upstream sent it.
     *
     * @param document a document that was found valid
     * @return its bytes and their entity tag
     */
    public Representation render(Document document) {
        byte[] body = pretty ? indent(document.json()) : document.json();
        return new Representation(body, '"' + Sha256.hex(body) + '"');
    }

    /** Twice its size: a real document grows by a quarter. A larger one is served as upstream sent it. */
    static int maxIndentedBytes(int length) {
        return Math.max(MIN_INDENT_LIMIT, 2 * length);
    }

    private static byte[] indent(byte[] json) {
        BoundedBytes bytes = new BoundedBytes(json.length + json.length / 4, maxIndentedBytes(json.length));
        try (JsonReader reader =
                        new JsonReader(new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8));
                // The buffer keeps a long string from being copied whole.
                JsonWriter writer =
                        new JsonWriter(new BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8)))) {
            reader.setStrictness(Strictness.STRICT);
            writer.setStrictness(Strictness.STRICT);
            writer.setFormattingStyle(FormattingStyle.PRETTY);
            writer.setSerializeNulls(true);
            writer.setHtmlSafe(false);
            copy(reader, writer);
        } catch (IOException e) {
            if (bytes.overflown) {
                return json;
            }
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

    /** What was written, unless it is more than is worth it: a hostile document grows to sixty times its size. */
    private static final class BoundedBytes extends OutputStream {
        private final ByteArrayOutputStream bytes;
        private final int limit;
        private boolean overflown;

        BoundedBytes(int size, int limit) {
            this.bytes = new ByteArrayOutputStream(size);
            this.limit = limit;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            overflown |= length > limit - bytes.size();
            if (overflown) {
                throw new IOException("larger than " + limit + " bytes");
            }
            bytes.write(from, offset, length);
        }

        byte[] toByteArray() {
            return bytes.toByteArray();
        }
    }
}
