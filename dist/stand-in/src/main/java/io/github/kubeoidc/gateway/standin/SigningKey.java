// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.standin;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An RSA key with which an API server signs ServiceAccount tokens (RS256, RFC 7518 3.3). */
public final class SigningKey {

    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    /** One for all stand-ins of this process, as making it takes longer than starting them. */
    private static final SigningKey OF_THIS_PROCESS = namedAsByAnApiServer(CertificateKeys.RSA.newPair());

    private final KeyPair keys;
    private final String keyId;

    /**
     * Makes a new key.
     *
     * @param keyId what tokens and key sets call it
     */
    public SigningKey(String keyId) {
        this(CertificateKeys.RSA.newPair(), keyId);
    }

    private SigningKey(KeyPair keys, String keyId) {
        this.keys = keys;
        this.keyId = keyId;
    }

    private static SigningKey namedAsByAnApiServer(KeyPair keys) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(keys.getPublic().getEncoded());
            return new SigningKey(keys, BASE64URL.encodeToString(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static SigningKey ofThisProcess() {
        return OF_THIS_PROCESS;
    }

    /** {@return what tokens and key sets call it} */
    public String keyId() {
        return keyId;
    }

    /**
     * {@return the public halves as a JSON Web Key Set in the form that an API server sends (RFC 7517 5)}
     *
     * @param keys which ones
     */
    public static String jwks(SigningKey... keys) {
        return Stream.of(keys).map(SigningKey::jwk).collect(Collectors.joining(",", "{\"keys\":[", "]}"));
    }

    private String jwk() {
        RSAPublicKey key = (RSAPublicKey) keys.getPublic();
        return "{\"use\":\"sig\",\"kty\":\"RSA\",\"kid\":\"" + keyId + "\",\"alg\":\"RS256\",\"n\":\""
                + unsigned(key.getModulus()) + "\",\"e\":\"" + unsigned(key.getPublicExponent()) + "\"}";
    }

    /**
     * {@return a signed token (RFC 7519)}
     *
     * @param claims a JSON object
     */
    public String sign(String claims) {
        String signed = encode("{\"alg\":\"RS256\",\"kid\":\"" + keyId + "\"}") + "." + encode(claims);
        byte[] signature = CertificateKeys.RSA.sign(keys.getPrivate(), signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64URL.encodeToString(signature);
    }

    private static String encode(String json) {
        return BASE64URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int sign = bytes[0] == 0 ? 1 : 0;
        return BASE64URL.encodeToString(Arrays.copyOfRange(bytes, sign, bytes.length));
    }
}
