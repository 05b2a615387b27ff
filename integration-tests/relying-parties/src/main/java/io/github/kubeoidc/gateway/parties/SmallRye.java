// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.parties;

import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import java.util.Set;

/** SmallRye JWT, an implementation of MicroProfile JWT: {@code mp.jwt.verify.publickey.location} is a key URL. */
final class SmallRye {

    private SmallRye() {}

    static RelyingParty trusting(Trust trust) {
        JWTAuthContextInfo info = new JWTAuthContextInfo(trust.keyUrl(), trust.issuer());
        info.setExpectedAudience(Set.of(trust.audience()));
        DefaultJWTParser parser = new DefaultJWTParser(info);
        return parser::parse;
    }
}
