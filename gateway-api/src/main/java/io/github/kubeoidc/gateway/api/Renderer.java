// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Makes the representation of a document that was found valid: order, names and values stay as upstream sent them, but for
 * the members that are configured. What is served and what is written to files is made here, so that both are the same
 * bytes. Immutable.
 */
public final class Renderer {
    /** The size to which any document may grow by indentation, in bytes. */
    private static final int MIN_INDENT_LIMIT = 64 * 1024;

    private final boolean pretty;
    private final PublishedMembers members;

    Renderer(boolean pretty, PublishedMembers members) {
        this.pretty = pretty;
        this.members = members;
    }

    /**
     * Creates the renderer that is configured.
     *
     * @param config says whether documents are indented, what is published as {@code jwks_uri}, and which members are added
     * @return a renderer
     */
    public static Renderer of(GatewayConfig config) {
        return new Renderer(
                config.prettyPrintJson(),
                new PublishedMembers(
                        config.jwksUri().orElse(null),
                        config.discoveryExtraMembers().orElse(null)));
    }

    /**
     * Renders a document. One that would become much larger by being indented is not indented.
     *
     * @param document a document that was found valid
     * @return its bytes and their entity tag
     */
    public Representation render(Document document) {
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

    /** Collects the rendering, up to a limit: a hostile document grows to sixty times its size. */
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
