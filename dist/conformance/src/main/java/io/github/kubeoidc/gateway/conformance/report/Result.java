// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import io.github.kubeoidc.gateway.conformance.Check;
import java.time.Duration;

/**
 * What came out of one check.
 *
 * @param check which one
 * @param outcome what came out
 * @param message why, in one {@link Printable} line: what was sent, what came back and which rule that breaks, or why nothing
 *     was looked at; empty where the promise is kept
 * @param took how long it took
 */
public record Result(Check check, Outcome outcome, String message, Duration took) {

    /** Makes one line of the message, of about 2000 characters at most. */
    public Result {
        message = Printable.shortLine(message);
    }

    /** The message without the rule's words, for where they stand beside it. */
    public String detail() {
        String rule = Printable.line(rule(check));
        int at = message.indexOf(rule);
        return at < 0 ? message : message.substring(at + rule.length());
    }

    /** As {@link Check#run()} words it. */
    static String rule(Check check) {
        return check.section() + ", " + check.sentence() + ": ";
    }
}
