// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.parties;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.net.URI;
import java.net.URL;
import java.util.Set;

/** Nimbus JOSE+JWT; its OpenID Connect SDK finds the keys. */
final class Nimbus {

    // Its own half a second is short for a busy machine.
    private static final int TIMEOUT_MILLIS = 10_000;

    private Nimbus() {}

    static RelyingParty trusting(Trust trust) throws Exception {
        URL keys;
        if (trust.keys().isEmpty()) {
            OIDCProviderMetadata metadata =
                    OIDCProviderMetadata.resolve(new Issuer(trust.issuer()), TIMEOUT_MILLIS, TIMEOUT_MILLIS);
            keys = metadata.getJWKSetURI().toURL();
        } else {
            keys = URI.create(trust.keys()).toURL();
        }
        DefaultResourceRetriever retriever =
                new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, JWKSourceBuilder.DEFAULT_HTTP_SIZE_LIMIT);
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                JWSAlgorithm.RS256, JWKSourceBuilder.create(keys, retriever).build()));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                trust.audience(),
                new JWTClaimsSet.Builder().issuer(trust.issuer()).build(),
                Set.of("sub", "exp")));
        return token -> processor.process(token, null);
    }
}
