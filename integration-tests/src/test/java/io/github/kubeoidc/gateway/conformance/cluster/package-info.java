/** The gateway as a process in front of a real API server, which runs in a container that the tests start. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.cluster;

import org.jspecify.annotations.NullMarked;
