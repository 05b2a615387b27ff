// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.api;

/**
 * A document as it is sent: its bytes, and what can be said of them without knowing the request. Made once for each
 * fetched document (RFC 9110, section 3.2).
 *
 * @param body the bytes of the content; callers must not modify the array
 * @param etag the strong entity tag: the SHA-256 of {@code body} in hexadecimal, in double quotes (RFC 9110, section 8.8.3)
 */
public record Representation(byte[] body, String etag) {}
