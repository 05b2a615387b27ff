// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

/** What came out of a check. */
public enum Outcome {
    /** The promise is kept. */
    PASSED("passed"),
    /** A promise that binds is broken. */
    FAILED("failed"),
    /** A promise is broken that there may be reasons to break. */
    WARNED("warned"),
    /** It was not looked at: left out by name, or the gateway does not show it. */
    LEFT_OUT("left out"),
    /** It could not be found out, which counts as a failure. */
    UNCLEAR("unclear");

    private final String word;

    Outcome(String word) {
        this.word = word;
    }

    /**
     * The outcome in words that can follow a number.
     *
     * @return for instance {@code left out}
     */
    public String word() {
        return word;
    }
}
