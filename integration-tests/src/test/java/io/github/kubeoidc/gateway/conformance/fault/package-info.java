/** Every way in which upstream can fail, in every state of the cache, under one request and under many. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.fault;

import org.jspecify.annotations.NullMarked;
