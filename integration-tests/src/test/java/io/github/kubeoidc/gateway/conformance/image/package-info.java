/** The container image under the limits of the manifest. */
@NullMarked
package io.github.kubeoidc.gateway.conformance.image;

import org.jspecify.annotations.NullMarked;
