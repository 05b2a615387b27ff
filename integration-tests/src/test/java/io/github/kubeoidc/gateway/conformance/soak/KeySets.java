// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;

/** Key sets as an API server publishes them while its signing key is rotated: the new key, and the one before. */
final class KeySets {

    private final KeyPairGenerator generator;
    private String previous = "";

    KeySets() {
        try {
            generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a new key and returns a key set of it and its predecessor (RFC 7517 5, RFC 7518 6.2). */
    synchronized String next(int version) {
        ECPublicKey key = (ECPublicKey) generator.generateKeyPair().getPublic();
        String jwk = "{\"use\":\"sig\",\"kty\":\"EC\",\"kid\":\"key-" + version
                + "\",\"crv\":\"P-256\",\"alg\":\"ES256\",\"x\":\""
                + coordinate(key.getW().getAffineX()) + "\",\"y\":\""
                + coordinate(key.getW().getAffineY()) + "\"}";
        String keys = previous.isEmpty() ? jwk : jwk + "," + previous;
        previous = jwk;
        return "{\"keys\":[" + keys + "]}";
    }

    /** 32 bytes, whatever its value is. */
    private static String coordinate(BigInteger number) {
        byte[] bytes = HexFormat.of().parseHex("%064x".formatted(number));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
