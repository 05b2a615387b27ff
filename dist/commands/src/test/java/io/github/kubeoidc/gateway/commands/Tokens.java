// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** Keys of API servers, and tokens by them. */
final class Tokens {
    private Tokens() {}

    static RsaJsonWebKey rsa(String kid) {
        try {
            RsaJsonWebKey made = RsaJwkGenerator.generateJwk(2048);
            made.setKeyId(kid);
            made.setAlgorithm("RS256");
            made.setUse("sig");
            return made;
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    /** A token that no key has signed. */
    static String withHeader(String header) {
        return base64(header) + "." + base64("{\"iss\":\"" + SetUp.ISSUER + "\",\"aud\":\"a\",\"exp\":99999999999}")
                + ".AAAA";
    }

    static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    static String sign(RsaJsonWebKey key, String kid, String claims) throws JoseException {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims);
        signature.setKey(key.getPrivateKey());
        // An API server may have a key that is too short.
        signature.setDoKeyValidation(false);
        signature.setKeyIdHeaderValue(kid);
        signature.setAlgorithmHeaderValue("RS256");
        return signature.getCompactSerialization();
    }
}
