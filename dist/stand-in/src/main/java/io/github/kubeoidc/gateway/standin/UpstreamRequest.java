// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request as it reached the stand-in for an API server.
 *
 * @param nanoTime when it had been read, on {@link System#nanoTime()}'s clock
 * @param line the request line
 * @param fields the field lines, in order
 */
public record UpstreamRequest(long nanoTime, String line, List<String> fields) {

    /**
     * Keeps an own copy of the field lines.
     *
     * @param nanoTime when it had been read, on {@link System#nanoTime()}'s clock
     * @param line the request line
     * @param fields the field lines, in order
     */
    public UpstreamRequest {
        fields = List.copyOf(fields);
    }

    /** Reads the head of a request; {@code null} where the client has gone before its end. */
    static @Nullable UpstreamRequest read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int octet = in.read();
            if (octet < 0) {
                return null;
            }
            head.write(octet);
        }
        List<String> lines = head.toString(StandardCharsets.ISO_8859_1).lines().toList();
        return new UpstreamRequest(System.nanoTime(), lines.get(0), lines.subList(1, lines.size() - 1));
    }

    /** {@return the request target} */
    public String path() {
        return line.split(" ", 3)[1];
    }

    /**
     * {@return the value of the first line of a field, or {@code null}}
     *
     * @param name its name, in any case
     */
    public @Nullable String field(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return fields.stream()
                .filter(field -> field.toLowerCase(Locale.ROOT).startsWith(start))
                .map(field -> field.substring(start.length()).strip())
                .findFirst()
                .orElse(null);
    }
}
