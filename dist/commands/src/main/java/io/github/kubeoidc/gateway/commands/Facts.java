// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What two valid documents say that relying parties look at.
 *
 * @param issuer the {@code issuer}
 * @param jwksUri the {@code jwks_uri}
 * @param keys the keys, in their order
 * @param hasSubjectTypes whether there is anything in {@code subject_types_supported}
 * @param jwksBytes the size of the key set as it is served
 */
record Facts(String issuer, String jwksUri, boolean hasSubjectTypes, List<Key> keys, int jwksBytes) {
    /** Reads documents that were found valid; of one that is not there nothing is known. */
    static Facts of(byte @Nullable [] discovery, byte @Nullable [] jwks) {
        JsonObject metadata = discovery == null ? new JsonObject() : object(discovery);
        return new Facts(
                String.valueOf(string(metadata, "issuer")),
                String.valueOf(string(metadata, "jwks_uri")),
                metadata.get("subject_types_supported") instanceof JsonArray types && !types.isEmpty(),
                jwks == null ? List.of() : keys(jwks),
                jwks == null ? 0 : jwks.length);
    }

    /** The keys of a key set that was found valid. */
    static List<Key> keys(byte[] jwks) {
        List<Key> keys = new ArrayList<>();
        for (JsonElement element : object(jwks).getAsJsonArray("keys")) {
            keys.add(new Key(element.getAsJsonObject()));
        }
        return keys;
    }

    static JsonObject object(byte[] json) {
        return new Gson().fromJson(new String(json, StandardCharsets.UTF_8), JsonObject.class);
    }

    /** A member that is a string; {@code null} where there is none. */
    static @Nullable String string(JsonObject object, String name) {
        JsonElement value = object.get(name);
        return value != null
                        && value.isJsonPrimitive()
                        && value.getAsJsonPrimitive().isString()
                ? value.getAsString()
                : null;
    }
}
