/** The caching policy between a {@link io.github.kubeoidc.gateway.api.DocumentSource} and the web. */
@NullMarked
package io.github.kubeoidc.gateway.cache;

import org.jspecify.annotations.NullMarked;
