// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance;

/**
 * One promise of the gateway that can be seen from outside.
 *
 * @param section the rule's number
 * @param severity how binding it is
 * @param sentence the promise in words
 * @param scope what kind of gateway it has to be given
 * @param body finds out whether it is kept
 */
public record Check(String section, Severity severity, String sentence, Scope scope, Body body) {

    /** How binding a promise is. */
    public enum Severity {
        /** A gateway that breaks it does not conform. */
        MUST,
        /** There may be reasons to break it. */
        SHOULD
    }

    /** What kind of gateway a check has to be given. */
    public enum Scope {
        /** Any that runs: the check reads, gently, and knows nothing of what is behind it. */
        ANY,
        /** One with the defaults and a stand-in for an API server, which other checks look at too. */
        SHARED,
        /** One of its own, which it configures, breaks and ends. */
        OWN
    }

    /** Finds out whether a promise is kept. */
    @FunctionalInterface
    public interface Body {

        /**
         * Looks, and returns where all is well.
         *
         * @throws AssertionError if the promise is broken; the message says what was sent and what came back
         * @throws NotObservable if this delivery does not show what the check has to look at
         * @throws Exception if it could not be found out
         */
        void run() throws Exception;
    }

    /**
     * Finds out whether the promise is kept. Blocks as long as that takes.
     *
     * @throws AssertionError if it is broken; the message names the rule, what was sent and what came back
     * @throws NotObservable if this delivery does not show what the check has to look at
     * @throws Exception if it could not be found out
     */
    public void run() throws Exception {
        try {
            body.run();
        } catch (AssertionError | GatewayDidNotStart e) {
            // A gateway that does not start where it should keeps no promise.
            throw new AssertionError("breaks " + section + ", " + sentence + ": " + e.getMessage(), e);
        }
    }

    /**
     * The check's name, which no other check has.
     *
     * @return section and sentence
     */
    public String name() {
        return section + " " + sentence;
    }

    /**
     * Whether the check belongs to a section.
     *
     * @param wanted a section's number, such as {@code 1} or {@code 1.7}
     * @return whether it is that section or a part of it
     */
    public boolean isIn(String wanted) {
        return section.equals(wanted) || section.startsWith(wanted + ".");
    }

    @Override
    public String toString() {
        return name() + (severity == Severity.SHOULD ? " (should)" : "");
    }
}
