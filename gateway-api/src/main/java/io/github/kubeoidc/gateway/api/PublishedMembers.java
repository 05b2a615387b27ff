// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What relying parties find in the discovery document in place of what upstream sent, or beside it. Every other member keeps
 * its place and its value.
 *
 * @param jwksUri replaces the value of {@code jwks_uri}; {@code null} to keep it
 * @param extraMembers one valid JSON object without {@code issuer} and {@code jwks_uri}: its members are added, in their
 *     order, at the end, but for those that upstream sent; {@code null} for none
 */
record PublishedMembers(@Nullable String jwksUri, @Nullable String extraMembers) {
    /** Returns upstream's bytes where there is nothing to change; else the document without white space. */
    byte[] applyTo(Document document) {
        byte[] json = document.json();
        // Without the record's equals(): Java 17 keeps the classes that it is made for, those of an undeployed WAR too.
        if (document.kind() != DocumentKind.DISCOVERY || jwksUri == null && extraMembers == null) {
            return json;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(json.length);
        boolean changed;
        try (JsonReader reader = JsonCopy.reader(json);
                JsonWriter writer = JsonCopy.writer(bytes, FormattingStyle.COMPACT)) {
            reader.beginObject();
            writer.beginObject();
            Set<String> names = copyMembers(reader, writer);
            changed = jwksUri != null;
            if (extraMembers != null) {
                changed |= addMembers(extraMembers, names, writer);
            }
            writer.endObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return changed ? bytes.toByteArray() : json;
    }

    private Set<String> copyMembers(JsonReader reader, JsonWriter writer) throws IOException {
        Set<String> names = new HashSet<>();
        while (reader.hasNext()) {
            String name = reader.nextName();
            names.add(name);
            writer.name(name);
            if (jwksUri != null && name.equals("jwks_uri")) {
                reader.skipValue();
                writer.value(jwksUri);
            } else {
                JsonCopy.value(reader, writer);
            }
        }
        return names;
    }

    /** Adds the members that are not there yet, and tells whether there are any. */
    private static boolean addMembers(String members, Set<String> names, JsonWriter writer) throws IOException {
        boolean added = false;
        try (JsonReader extra = JsonCopy.reader(members.getBytes(StandardCharsets.UTF_8))) {
            extra.beginObject();
            while (extra.hasNext()) {
                String name = extra.nextName();
                if (names.contains(name)) {
                    extra.skipValue();
                } else {
                    writer.name(name);
                    JsonCopy.value(extra, writer);
                    added = true;
                }
            }
        }
        return added;
    }
}
