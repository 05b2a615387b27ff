// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.Representation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Makes the representation of a document that was found valid: order, names and values stay as upstream sent them, but for
 * the members that are configured.
 */
final class Renderer {
    /** What a document may always become by being indented. In bytes. */
    private static final int MIN_INDENT_LIMIT = 64 * 1024;

    private final boolean pretty;
    private final PublishedMembers members;

    Renderer(boolean pretty, PublishedMembers members) {
        this.pretty = pretty;
        this.members = members;
    }

    Representation render(Document document) {
        byte[] json = members.applyTo(document);
        byte[] body = pretty ? indent(json) : json;
        return new Representation(body, '"' + Sha256.hex(body) + '"');
    }

    /** Twice its size: a real document grows by a quarter. A larger one is served without indentation. */
    static int maxIndentedBytes(int length) {
        return Math.max(MIN_INDENT_LIMIT, 2 * length);
    }

    private static byte[] indent(byte[] json) {
        BoundedBytes bytes = new BoundedBytes(json.length + json.length / 4, maxIndentedBytes(json.length));
        try (JsonReader reader = JsonCopy.reader(json);
                JsonWriter writer = JsonCopy.writer(bytes, FormattingStyle.PRETTY)) {
            JsonCopy.value(reader, writer);
        } catch (IOException e) {
            if (bytes.overflown) {
                return json;
            }
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
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
