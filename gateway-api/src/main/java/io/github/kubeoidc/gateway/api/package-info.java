/**
 * Documents, configuration, and the ports between the modules. {@link io.github.kubeoidc.gateway.api.DocumentSource} is what
 * the cache asks, {@link io.github.kubeoidc.gateway.api.Documents} and {@link io.github.kubeoidc.gateway.api.Health} are what
 * the web asks.
 */
@NullMarked
package io.github.kubeoidc.gateway.api;

import org.jspecify.annotations.NullMarked;
