// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.parties;

import java.util.List;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoders;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/** Spring Security's resource server: {@code issuer-uri} or {@code jwk-set-uri}, and {@code audiences}. */
final class Spring {

    private Spring() {}

    static RelyingParty trusting(Trust trust) {
        NimbusJwtDecoder decoder = trust.keys().isEmpty()
                ? JwtDecoders.fromIssuerLocation(trust.issuer())
                : NimbusJwtDecoder.withJwkSetUri(trust.keys()).build();
        // As Spring Boot does for the property "audiences".
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                JwtValidators.createDefaultWithIssuer(trust.issuer()),
                new JwtClaimValidator<List<String>>(
                        JwtClaimNames.AUD, audiences -> audiences != null && audiences.contains(trust.audience()))));
        return decoder::decode;
    }
}
