/** One run each: what an operator asks, and the documents as files. {@link Commands} is the program. */
@NullMarked
package io.github.kubeoidc.gateway.commands;

import org.jspecify.annotations.NullMarked;
