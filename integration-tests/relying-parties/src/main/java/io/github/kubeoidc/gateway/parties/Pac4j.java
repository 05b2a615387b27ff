// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.parties;

import com.nimbusds.jwt.JWTParser;
import org.pac4j.oidc.client.OidcClient;
import org.pac4j.oidc.config.OidcConfiguration;

/** pac4j, which validates a token as the ID token of a client whose identifier is the audience. */
final class Pac4j {

    private Pac4j() {}

    static RelyingParty trusting(Trust trust) {
        if (!trust.keys().isEmpty()) {
            throw new UnsupportedOperationException("needs discovery");
        }
        OidcConfiguration configuration = new OidcConfiguration();
        configuration.setDiscoveryURI(trust.issuer() + "/.well-known/openid-configuration");
        configuration.setClientId(trust.audience());
        OidcClient client = new OidcClient(configuration);
        // A client has to have one, though nobody logs in here.
        client.setCallbackUrl("https://service.example/callback");
        client.init();
        return token ->
                configuration.getOpMetadataResolver().getTokenValidator().validateIdToken(JWTParser.parse(token), null);
    }
}
