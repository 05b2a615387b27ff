// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import java.util.Locale;

/** What came out of a check. */
public enum Outcome {
    /** The promise is kept. */
    PASSED,
    /** A promise that binds is broken. */
    FAILED,
    /** A promise is broken that there may be reasons to break. */
    WARNED,
    /** It was not looked at: left out by name, or the gateway does not show it. */
    LEFT_OUT,
    /** It could not be found out, which counts as a failure. */
    UNCLEAR;

    /** The outcome in words that can follow a number, for instance {@code left out}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
