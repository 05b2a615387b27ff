// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** A key of an API server: it signs tokens (RFC 7519) by RS256, and is published. */
record TokenKey(String kid, KeyPair pair) {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    static TokenKey make(String kid) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return new TokenKey(kid, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A key set of these keys (RFC 7517 5). */
    static String jwks(List<TokenKey> keys) {
        return keys.stream().map(TokenKey::jwk).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    private String jwk() {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return "{\"use\":\"sig\",\"kty\":\"RSA\",\"alg\":\"RS256\",\"kid\":\"" + kid + "\",\"n\":\""
                + unsigned(key.getModulus()) + "\",\"e\":\"" + unsigned(key.getPublicExponent()) + "\"}";
    }

    /** A token that is good until a second of the epoch. */
    String sign(long expiry) {
        try {
            String signed = encode("{\"alg\":\"RS256\",\"kid\":\"" + kid + "\"}") + "."
                    + encode("{\"sub\":\"system:serviceaccount:default:workload\",\"exp\":" + expiry + "}");
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(pair.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + ENCODER.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encode(String json) {
        return ENCODER.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return ENCODER.encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
    }
}
