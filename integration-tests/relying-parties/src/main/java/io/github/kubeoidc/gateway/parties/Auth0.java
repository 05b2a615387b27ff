// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.parties;

import com.auth0.jwk.JwkProvider;
import com.auth0.jwk.JwkProviderBuilder;
import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.JWTVerifier;
import com.auth0.jwt.interfaces.RSAKeyProvider;
import java.net.MalformedURLException;
import java.net.URI;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;

/** Auth0's java-jwt with jwks-rsa, which by itself appends the path of Auth0's own key sets to a domain. */
final class Auth0 {

    /** Asks for the key of each token. */
    private record Keys(JwkProvider provider) implements RSAKeyProvider {

        @Override
        public RSAPublicKey getPublicKeyById(String keyId) {
            try {
                return (RSAPublicKey) provider.get(keyId).getPublicKey();
            } catch (com.auth0.jwk.JwkException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public RSAPrivateKey getPrivateKey() {
            throw new UnsupportedOperationException("it verifies");
        }

        @Override
        public String getPrivateKeyId() {
            throw new UnsupportedOperationException("it verifies");
        }
    }

    private Auth0() {}

    static RelyingParty trusting(Trust trust) throws MalformedURLException {
        JwkProvider provider = new JwkProviderBuilder(URI.create(trust.keyUrl()).toURL()).build();
        JWTVerifier verifier = JWT.require(Algorithm.RSA256(new Keys(provider)))
                .withIssuer(trust.issuer())
                .withAudience(trust.audience())
                .build();
        return verifier::verify;
    }
}
