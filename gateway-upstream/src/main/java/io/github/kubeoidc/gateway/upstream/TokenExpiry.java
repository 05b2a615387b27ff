// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads the expiration time of a token, whose signature is not looked at: only the API server decides what it is worth. */
final class TokenExpiry {
    private TokenExpiry() {}

    /** Returns the claim {@code exp} (RFC 7519, section 4.1.4); {@code null} where the token is no JWT or has none. */
    static @Nullable Instant of(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            return expiry(new JsonReader(new StringReader(claims)));
        } catch (IOException | IllegalArgumentException | IllegalStateException | DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Instant expiry(JsonReader claims) throws IOException {
        claims.beginObject();
        while (claims.hasNext()) {
            if (claims.nextName().equals("exp") && claims.peek() == JsonToken.NUMBER) {
                return Instant.ofEpochSecond((long) claims.nextDouble());
            }
            claims.skipValue();
        }
        return null;
    }
}
