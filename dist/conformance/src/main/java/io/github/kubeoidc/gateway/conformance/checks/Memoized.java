// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.checks;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is made when it is first needed, for several checks that look at the same thing. */
final class Memoized<T> {

    private final Supplier<T> source;
    private @Nullable T value;
    private @Nullable AssertionError failure;

    Memoized(Supplier<T> source) {
        this.source = source;
    }

    /**
     * Gives the value, or fails as it failed at first.
     *
     * @throws AssertionError if it could not be made
     */
    synchronized T get() {
        if (failure != null) {
            throw failure;
        }
        T made = value;
        if (made == null) {
            try {
                made = source.get();
                value = made;
            } catch (AssertionError e) {
                failure = e;
                throw e;
            }
        }
        return made;
    }
}
