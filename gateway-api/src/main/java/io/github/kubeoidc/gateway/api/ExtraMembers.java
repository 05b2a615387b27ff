// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells which texts have members that may be added to the discovery document. They are JSON by the rules that the document
 * itself has to meet, so that it still meets them afterwards.
 */
final class ExtraMembers {
    static final ValueKind<String> KIND = ValueKind.text(
            "one JSON object of at most 16 KiB by RFC 8259, without issuer and jwks_uri,"
                    + " with no name twice and at most 64 levels deep",
            ExtraMembers::areAllowed);

    private static final int MAX_BYTES = 16 * 1024;
    private static final int MAX_DEPTH = 64;

    /** What decides whom relying parties trust. */
    private static final Set<String> OF_UPSTREAM_ALONE = Set.of("issuer", "jwks_uri");

    private ExtraMembers() {}

    private static boolean areAllowed(String text) {
        // Gson skips a byte order mark. A lone surrogate has no bytes.
        if (text.startsWith("\ufeff")
                || !StandardCharsets.UTF_8.newEncoder().canEncode(text)
                || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return false;
        }
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            reader.setNestingLimit(MAX_DEPTH);
            passObject(reader, OF_UPSTREAM_ALONE);
            return reader.peek() == JsonToken.END_DOCUMENT;
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            // By Gson, for malformed JSON as for one token where another is due; or for a name.
            return false;
        }
    }

    /** Reads past an object, and fails where it has a name twice or one that is forbidden. */
    private static void passObject(JsonReader reader, Set<String> forbidden) throws IOException {
        Set<String> names = new HashSet<>(forbidden);
        reader.beginObject();
        while (reader.hasNext()) {
            if (!names.add(reader.nextName())) {
                throw new IllegalStateException();
            }
            passValue(reader);
        }
        reader.endObject();
    }

    /** Reads past any value; the reader's nesting limit bounds the recursion. */
    private static void passValue(JsonReader reader) throws IOException {
        switch (reader.peek()) {
            case BEGIN_OBJECT -> passObject(reader, Set.of());
            case BEGIN_ARRAY -> {
                reader.beginArray();
                while (reader.hasNext()) {
                    passValue(reader);
                }
                reader.endArray();
            }
            // Passed over, a string would not be looked at.
            case STRING -> reader.nextString();
            default -> reader.skipValue();
        }
    }
}
