// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

/**
 * One promise of the gateway that can be seen from outside.
 *
 * @param section the rule's number
 * @param severity how binding it is
 * @param sentence the promise in words
 * @param onlyLooks whether it looks at a gateway that other such checks look at too; otherwise it has one of its own
 * @param body finds out whether it is kept
 */
public record Check(String section, Severity severity, String sentence, boolean onlyLooks, Body body) {

    /** How binding a promise is. */
    public enum Severity {
        /** Whoever breaks it does not conform. */
        MUST,
        /** There may be reasons to break it. */
        SHOULD
    }

    /** Finds out whether a promise is kept. */
    @FunctionalInterface
    public interface Body {

        /**
         * Looks, and returns where all is well.
         *
         * @throws AssertionError if the promise is broken; the message says what was sent and what came back
         * @throws Exception if it could not be found out
         */
        void run() throws Exception;
    }

    /**
     * Finds out whether the promise is kept. Blocks as long as that takes.
     *
     * @throws AssertionError if it is broken; the message names the rule, what was sent and what came back
     * @throws Exception if it could not be found out
     */
    public void run() throws Exception {
        try {
            body.run();
        } catch (AssertionError e) {
            throw new AssertionError("breaks " + section + ", " + sentence + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return section + " " + sentence + (severity == Severity.SHOULD ? " (should)" : "");
    }
}
