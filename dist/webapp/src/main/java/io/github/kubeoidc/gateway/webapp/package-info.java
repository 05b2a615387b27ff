/** The gateway as a web application: a listener that wires it, and its log. */
@NullMarked
package io.github.kubeoidc.gateway.webapp;

import org.jspecify.annotations.NullMarked;
