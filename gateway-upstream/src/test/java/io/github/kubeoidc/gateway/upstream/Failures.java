// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts how something failed. */
final class Failures {
    private Failures() {}

    static void assertFailure(ThrowingCallable call, Outcome outcome, String message) {
        assertFailure(catchThrowableOfType(FetchException.class, call), outcome, message);
    }

    static void assertFailure(FetchException failure, Outcome outcome, String message) {
        assertThat(failure).hasMessage(message);
        assertThat(failure.outcome()).isEqualTo(outcome);
    }
}
