// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import java.time.Duration;

/**
 * A document that was fetched by an earlier process.
 *
 * @param document the document, valid
 * @param age how long ago it was fetched, by the wall clock; not negative, and fewer nanoseconds than a {@code long} holds
 */
public record StoredDocument(Document document, Duration age) {}
