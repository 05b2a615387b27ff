/** Log lines on standard output, by Logback. */
@NullMarked
package io.github.kubeoidc.gateway.webapp.log;

import org.jspecify.annotations.NullMarked;
