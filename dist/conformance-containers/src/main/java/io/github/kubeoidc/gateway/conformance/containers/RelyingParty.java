// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.net.MalformedURLException;
import java.text.ParseException;
import java.util.Set;

/**
 * Validates ServiceAccount tokens with Nimbus JOSE+JWT, knowing of the cluster only what a gateway publishes: the issuer
 * from the discovery document, and the keys.
 */
final class RelyingParty {

    // Nimbus' own half a second is short for a busy machine; its size limit stays.
    private static final int TIMEOUT_MILLIS = 5000;

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    RelyingParty(ClusterGateway gateway) {
        String issuer = new Gson()
                .fromJson(gateway.get(ApiServerStandIn.DISCOVERY_PATH).body(), JsonObject.class)
                .get("issuer")
                .getAsString();
        DefaultResourceRetriever retriever =
                new DefaultResourceRetriever(TIMEOUT_MILLIS, TIMEOUT_MILLIS, JWKSourceBuilder.DEFAULT_HTTP_SIZE_LIMIT);
        try {
            processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                    JWSAlgorithm.RS256,
                    JWKSourceBuilder.create(
                                    gateway.uri(ApiServerStandIn.JWKS_PATH).toURL(), retriever)
                            .build()));
        } catch (MalformedURLException e) {
            throw new IllegalStateException("a gateway's address is a URL", e);
        }
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                new JWTClaimsSet.Builder().issuer(issuer).build(), Set.of("sub", "exp", "aud")));
    }

    /** The claims of a good token; throws {@link BadJOSEException} on any other. */
    JWTClaimsSet validate(String token) throws BadJOSEException, JOSEException, ParseException {
        return processor.process(token, null);
    }
}
