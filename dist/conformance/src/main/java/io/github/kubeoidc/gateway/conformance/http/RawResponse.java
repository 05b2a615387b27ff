// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response as it came over the wire.
 *
 * @param request what was sent, abbreviated, for failure messages
 * @param statusLine the status line without its line end
 * @param fields the field lines, in order
 * @param body the body without its transfer coding
 */
public record RawResponse(String request, String statusLine, List<Field> fields, byte[] body) {

    /**
     * Keeps own copies of fields and body.
     *
     * @param request what was sent, abbreviated, for failure messages
     * @param statusLine the status line without its line end
     * @param fields the field lines, in order
     * @param body the body without its transfer coding
     */
    public RawResponse {
        fields = List.copyOf(fields);
        body = body.clone();
    }

    /**
     * The body without its transfer coding.
     *
     * @return the bytes
     */
    @Override
    public byte[] body() {
        return body.clone();
    }

    /**
     * The body as UTF-8.
     *
     * @return the text
     */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /**
     * The status code.
     *
     * @return a number from 100 to 599
     */
    public int status() {
        return Integer.parseInt(statusLine.split(" ", 3)[1]);
    }

    /**
     * One field.
     *
     * @param name its name, in any case
     * @return the value of its first line, or {@code null}
     */
    public @Nullable String field(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst()
                .orElse(null);
    }

    /**
     * One field that has to be there.
     *
     * @param name its name, in any case
     * @return the value of its first line
     * @throws AssertionError if it is missing
     */
    public String require(String name) {
        String value = field(name);
        if (value == null) {
            throw new AssertionError("sent " + request + "; came back " + this + "; there is no " + name);
        }
        return value;
    }

    /**
     * The names of all fields.
     *
     * @return as they came, in order, repetitions included
     */
    public List<String> fieldNames() {
        return fields.stream().map(Field::name).toList();
    }

    @Override
    public String toString() {
        return "«" + statusLine + "» " + fields + " with " + body.length + " bytes «"
                + RawHttp.abbreviate(new String(body, StandardCharsets.UTF_8)) + "»";
    }

    /**
     * One field line.
     *
     * @param name the name as it came
     * @param value the value without white space around it
     */
    public record Field(String name, String value) {

        @Override
        public String toString() {
            return name + ": " + value;
        }
    }
}
