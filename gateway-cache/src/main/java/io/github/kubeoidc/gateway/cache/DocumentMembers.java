// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads the members of valid documents that are logged. Finds nothing in bytes that are no document. */
final class DocumentMembers {
    private DocumentMembers() {}

    /**
     * The keys of a key set.
     *
     * @param number how many there are
     * @param ids the {@code kid} of those that have one
     */
    record Keys(int number, SortedSet<String> ids) {}

    static @Nullable String jwksUri(byte[] discovery) {
        try (JsonReader reader = reader(discovery)) {
            return toMember(reader, "jwks_uri", JsonToken.STRING) ? reader.nextString() : null;
        } catch (IOException | IllegalStateException e) {
            return null;
        }
    }

    static Keys keys(byte[] jwks) {
        SortedSet<String> ids = new TreeSet<>();
        int number = 0;
        try (JsonReader reader = reader(jwks)) {
            if (toMember(reader, "keys", JsonToken.BEGIN_ARRAY)) {
                reader.beginArray();
                while (reader.hasNext()) {
                    if (toMember(reader, "kid", JsonToken.STRING)) {
                        ids.add(reader.nextString());
                        skipRest(reader);
                    }
                    reader.endObject();
                    number++;
                }
            }
        } catch (IOException | IllegalStateException e) {
            return new Keys(number, ids);
        }
        return new Keys(number, ids);
    }

    /** Opens an object and goes to a member's value, if it has one of that type; else to the object's end. */
    private static boolean toMember(JsonReader reader, String name, JsonToken type) throws IOException {
        reader.beginObject();
        while (reader.hasNext()) {
            if (reader.nextName().equals(name) && reader.peek() == type) {
                return true;
            }
            reader.skipValue();
        }
        return false;
    }

    private static void skipRest(JsonReader reader) throws IOException {
        while (reader.hasNext()) {
            reader.nextName();
            reader.skipValue();
        }
    }

    private static JsonReader reader(byte[] json) {
        return new JsonReader(new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8));
    }
}
