// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.parties;

import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;

/** jose4j, which knows key URLs only. */
final class Jose4j {

    private Jose4j() {}

    static RelyingParty trusting(Trust trust) {
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setVerificationKeyResolver(new HttpsJwksVerificationKeyResolver(new HttpsJwks(trust.keyUrl())))
                .setJwsAlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.RSA_USING_SHA256)
                .setExpectedIssuer(trust.issuer())
                .setExpectedAudience(trust.audience())
                .setRequireExpirationTime()
                .setRequireSubject()
                .build();
        return consumer::processToClaims;
    }
}
