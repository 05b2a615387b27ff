// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.parties;

/** A service that accepts the tokens of one issuer for one audience. */
@FunctionalInterface
interface RelyingParty {

    /** Returns where the token is accepted; throws what the library throws, or what it says, where it is refused. */
    void accept(String token) throws Exception;
}
