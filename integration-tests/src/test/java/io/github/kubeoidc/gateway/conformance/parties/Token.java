// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.parties;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/** A token of an API server (RFC 7519), and what somebody else makes of it. */
public record Token(String text) {

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    /** The identifier of its key. */
    public String keyId() {
        return header().get("kid").getAsString();
    }

    /** Who made it. */
    public String issuer() {
        return part(1).get("iss").getAsString();
    }

    /** With the same claims but a life that ended an hour ago. */
    Token expired(PrivateKey key) {
        JsonObject claims = part(1);
        Instant end = Instant.now().minus(Duration.ofHours(1));
        claims.addProperty("exp", end.getEpochSecond());
        long begin = end.minus(Duration.ofHours(1)).getEpochSecond();
        claims.addProperty("iat", begin);
        claims.addProperty("nbf", begin);
        return signed(header(), claims, key);
    }

    /** With the same claims but {@code iss}. */
    Token issuedBy(String issuer, PrivateKey key) {
        JsonObject claims = part(1);
        claims.addProperty("iss", issuer);
        return signed(header(), claims, key);
    }

    /** With the same header, {@code kid} included, and the same claims. */
    Token signedBy(PrivateKey key) {
        return signed(header(), part(1), key);
    }

    /** With the same claims and a {@code kid} that the key's owner made up. */
    Token ofUnknownKey(PrivateKey key) {
        JsonObject header = header();
        header.addProperty("kid", "made-up");
        return signed(header, part(1), key);
    }

    /** With the same claims and no signature (RFC 7519 6). */
    Token unsigned() {
        JsonObject header = header();
        header.addProperty("alg", "none");
        return new Token(encode(header) + "." + encode(part(1)) + ".");
    }

    private JsonObject header() {
        return part(0);
    }

    private JsonObject part(int index) {
        byte[] json = Base64.getUrlDecoder().decode(text.split("\\.")[index]);
        return new Gson().fromJson(new String(json, StandardCharsets.UTF_8), JsonObject.class);
    }

    private static Token signed(JsonObject header, JsonObject claims, PrivateKey key) {
        try {
            String signed = encode(header) + "." + encode(claims);
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return new Token(signed + "." + ENCODER.encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(JsonObject json) {
        return ENCODER.encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
