// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What two valid documents say that relying parties look at.
 *
 * @param issuer the {@code issuer}
 * @param jwksUri the {@code jwks_uri}
 * @param keys the keys, in their order
 * @param jwksBytes the size of the key set as it is served
 */
record Facts(String issuer, String jwksUri, List<Key> keys, int jwksBytes) {
    /**
     * One key (RFC 7517, section 4).
     *
     * @param bits the length of an RSA modulus; 0 for another type
     * @param members the names of all its members
     */
    record Key(
            String kty,
            @Nullable String kid,
            @Nullable String alg,
            @Nullable String use,
            int bits,
            Set<String> members) {
        /** Names the key for an operator. */
        String name() {
            return kty + " key " + (kid == null ? "without kid" : kid);
        }

        boolean is(String type) {
            return kty.equals(type);
        }
    }

    /** Reads documents that were found valid. */
    static Facts of(byte[] discovery, byte[] jwks) {
        JsonObject metadata = object(discovery);
        List<Key> keys = new ArrayList<>();
        for (JsonElement element : object(jwks).getAsJsonArray("keys")) {
            JsonObject key = element.getAsJsonObject();
            String modulus = string(key, "n");
            keys.add(new Key(
                    String.valueOf(string(key, "kty")),
                    string(key, "kid"),
                    string(key, "alg"),
                    string(key, "use"),
                    modulus == null ? 0 : bits(modulus),
                    key.keySet()));
        }
        return new Facts(
                String.valueOf(string(metadata, "issuer")),
                String.valueOf(string(metadata, "jwks_uri")),
                keys,
                jwks.length);
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

    private static int bits(String modulus) {
        try {
            return new BigInteger(1, Base64.getUrlDecoder().decode(modulus)).bitLength();
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }
}
