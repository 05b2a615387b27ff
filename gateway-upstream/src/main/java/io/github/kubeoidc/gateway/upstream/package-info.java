/** The API server as a {@link io.github.kubeoidc.gateway.api.DocumentSource}. */
@NullMarked
package io.github.kubeoidc.gateway.upstream;

import org.jspecify.annotations.NullMarked;
