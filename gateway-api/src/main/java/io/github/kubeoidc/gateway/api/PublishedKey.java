// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

/**
 * What names a key of the key set (RFC 7517, section 4). A member that the key does not have is an empty text.
 *
 * @param kid the key's identifier
 * @param kty the kind of key
 * @param alg the algorithm that it is for
 */
public record PublishedKey(String kid, String kty, String alg) {}
