// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads the members of valid documents that are told. Finds nothing in bytes that are no document. */
public final class DocumentMembers {
    private DocumentMembers() {}

    /**
     * Reads the {@code jwks_uri} of a discovery document.
     *
     * @param discovery any bytes
     * @return the text; {@code null} where it is none, or not there
     */
    public static @Nullable String jwksUri(byte[] discovery) {
        try (JsonReader reader = JsonCopy.reader(discovery)) {
            return toMember(reader, "jwks_uri", JsonToken.STRING) ? reader.nextString() : null;
        } catch (IOException | IllegalStateException e) {
            return null;
        }
    }

    /**
     * Reads the keys of a key set.
     *
     * @param jwks any bytes
     * @return its keys; where something is no key, those before it
     */
    public static PublishedKeys keys(byte[] jwks) {
        return keys(jwks, id -> {});
    }

    /**
     * Reads the identifiers of a key set. Keeps all of them in memory, unlike {@link #keys}.
     *
     * @param jwks any bytes
     * @return the {@code kid} of each key that has one; where something is no key, of those before it
     */
    public static SortedSet<String> ids(byte[] jwks) {
        SortedSet<String> ids = new TreeSet<>();
        keys(jwks, ids::add);
        return ids;
    }

    private static PublishedKeys keys(byte[] jwks, Consumer<String> ids) {
        List<PublishedKey> first = new ArrayList<>();
        int number = 0;
        try (JsonReader reader = JsonCopy.reader(jwks)) {
            if (toMember(reader, "keys", JsonToken.BEGIN_ARRAY)) {
                reader.beginArray();
                while (reader.hasNext()) {
                    PublishedKey key = key(reader, ids);
                    number++;
                    if (number <= PublishedKeys.MAX) {
                        first.add(key);
                    }
                }
            }
        } catch (IOException | IllegalStateException e) {
            // What was read so far is told.
        }
        return new PublishedKeys(number, first);
    }

    private static PublishedKey key(JsonReader reader, Consumer<String> ids) throws IOException {
        String kid = "";
        String kty = "";
        String alg = "";
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (reader.peek() != JsonToken.STRING) {
                reader.skipValue();
                continue;
            }
            switch (name) {
                case "kid" -> {
                    kid = reader.nextString();
                    ids.accept(kid);
                }
                case "kty" -> kty = reader.nextString();
                case "alg" -> alg = reader.nextString();
                default -> reader.skipValue();
            }
        }
        reader.endObject();
        return new PublishedKey(kid, kty, alg);
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
}
