// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import io.github.kubeoidc.gateway.conformance.Check;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Reports for the tests of their forms. */
final class Reports {

    /** What a peer would send to an operator who pastes an answer into a page, a table or a terminal. */
    static final String HOSTILE = "sent «GET / HTTP/1.1\r\n\r\n»; came back «\u001b]0;title\u0007\u009b2J"
            + "</p><script>alert(1)</script><img src=\"http://evil.example/x\"/>]]>&lt;--> | cell | `code` ![x](http://evil.example) @all #1"
            + " \ud800 \u202e \uffff \u0000» [X: a; came back «b»; expected nothing]; expected status 200";

    private Reports() {}

    static Check check(String section, String sentence) {
        return new Check(section, Check.Severity.MUST, sentence, Check.Scope.ANY, () -> {});
    }

    static Result result(Check check, Outcome outcome, String message) {
        return new Result(check, outcome, message, Duration.ofMillis(1234));
    }

    static Report report(Result... results) {
        return new Report(
                "<gateway> | \u001b[31m&",
                Instant.parse("2026-02-03T04:05:06.789Z"),
                Duration.ofMillis(65_432),
                List.of(results));
    }

    /** One of each, with a message that would break out of any form. */
    static Report hostile() {
        return report(
                result(check("10", "it is last"), Outcome.PASSED, ""),
                result(
                        check("2.10", "it | <fails> & \"fails\""),
                        Outcome.FAILED,
                        "breaks 2.10, it | <fails> & \"fails\": " + HOSTILE),
                result(check("2.9", "it warns"), Outcome.WARNED, HOSTILE),
                result(check("1", "it is left out"), Outcome.LEFT_OUT, HOSTILE),
                result(check("1.1", "it is unclear"), Outcome.UNCLEAR, HOSTILE));
    }
}
