/** The gateway as a process of its own. */
@NullMarked
package io.github.kubeoidc.gateway.server;

import org.jspecify.annotations.NullMarked;
