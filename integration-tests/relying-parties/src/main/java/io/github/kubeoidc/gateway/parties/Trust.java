// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.parties;

/**
 * What a relying party is told of a cluster.
 *
 * @param issuer what {@code iss} has to be
 * @param audience what {@code aud} has to contain
 * @param keys the key URL, empty where the library has to find it from the issuer
 */
record Trust(String issuer, String audience, String keys) {

    /** For libraries that find nothing. */
    String keyUrl() {
        if (keys.isEmpty()) {
            throw new UnsupportedOperationException("needs a key URL");
        }
        return keys;
    }
}
