// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.NotObservable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the kit finds out about one gateway.
 *
 * @param caughtBy the names of the checks that are meant to notice the fault and did, with what they say
 * @param wronglySeen the names of the others that complained, or could find nothing out, with what they say
 */
record Examination(Map<String, String> caughtBy, Map<String, String> wronglySeen) {

    /** Enough to say that a fault is seen by whom it should not be: whoever serves nobody would keep them all waiting. */
    private static final int ENOUGH = 3;

    /** Take their time. */
    private static final Pattern SLOW = Pattern.compile("1\\.7 .* after (10|75) s");

    /** Some quick checks of every section. */
    private static final Pattern SAMPLE = Pattern.compile(String.join(
            "|",
            "1 GET answers 200",
            "1\\.1 ",
            "1\\.4 HTTP/1\\.1 without Host",
            "1\\.6 POST",
            "2\\.3 refused: name twice in one object",
            "2\\.3 accepted: unknown members",
            "3\\.1 a fresh document is served without upstream",
            "5 LOG_FORMAT=xml",
            "6\\.1 a miss"));

    /** Lets a gateway be checked by those who are meant to notice its fault, and by some who are not. */
    static Examination of(Mutant mutant, GatewayBuild build) {
        Map<String, String> caughtBy = new TreeMap<>();
        Map<String, String> wronglySeen = new TreeMap<>();
        try (ConformanceSuite suite = ConformanceSuite.of(build.with(mutant.name(), mutant.edits()))) {
            List<Check> checks = suite.checks();
            Predicate<Check> company = company(mutant, checks);
            for (Check check : checks) {
                if (wronglySeen.size() == ENOUGH) {
                    break;
                }
                if (check.severity() == Check.Severity.SHOULD) {
                    continue;
                }
                if (mutant.meant().matcher(check.name()).lookingAt()) {
                    Throwable failure = failure(check);
                    if (failure != null && mutant.edits().isEmpty()) {
                        failure = failure(check);
                    }
                    if (failure != null) {
                        // That it could find nothing out is no verdict.
                        (failure instanceof AssertionError ? caughtBy : wronglySeen)
                                .put(check.name(), failure.toString());
                    }
                } else if (company.test(check)
                        && !mutant.entitled().matcher(check.name()).lookingAt()
                        && failure(check) != null) {
                    // A second time, as the machine may have been busy.
                    Throwable failure = failure(check);
                    if (failure != null) {
                        wronglySeen.put(check.name(), failure.toString());
                    }
                }
            }
        }
        return new Examination(caughtBy, wronglySeen);
    }

    /** Whoever is noticed by checks that share a gateway meets all of these; the others, with a gateway each, cost more. */
    private static Predicate<Check> company(Mutant mutant, List<Check> checks) {
        boolean shares = checks.stream()
                .filter(check -> check.scope() != Check.Scope.OWN)
                .anyMatch(check -> mutant.meant().matcher(check.name()).lookingAt());
        return shares
                ? check -> check.scope() != Check.Scope.OWN
                        && !SLOW.matcher(check.name()).lookingAt()
                : check -> SAMPLE.matcher(check.name()).lookingAt();
    }

    private static @Nullable Throwable failure(Check check) {
        try {
            check.run();
            return null;
        } catch (NotObservable e) {
            return null;
        } catch (AssertionError | Exception e) {
            return e;
        }
    }
}
