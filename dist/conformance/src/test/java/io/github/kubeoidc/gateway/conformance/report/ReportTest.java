// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {

    @ParameterizedTest
    @CsvSource({"PASSED, 0", "WARNED, 0", "LEFT_OUT, 0", "FAILED, 1", "UNCLEAR, 1"})
    void whatFailedOrStayedUnclearIsStatus1(Outcome outcome, int status) {
        Report report = Reports.report(
                Reports.result(Reports.check("1", "a"), Outcome.PASSED, ""),
                Reports.result(Reports.check("1", "b"), outcome, "x"));
        assertThat(report.exitStatus()).isEqualTo(status);
    }

    @Test
    void countsInWords() {
        assertThat(Reports.hostile().counts())
                .isEqualTo("5 checks: 1 passed, 1 failed, 1 warned, 1 left out, 1 unclear");
        assertThat(Reports.hostile().verdict()).isEqualTo("1 promise is broken. 1 promise could not be judged.");
        Report good = Reports.report(Reports.result(Reports.check("1", "a"), Outcome.PASSED, ""));
        assertThat(good.counts()).isEqualTo("1 check: 1 passed");
        assertThat(good.verdict()).isEqualTo("No promise that binds was seen broken.");
        Report nothing = Reports.report(Reports.result(Reports.check("1", "a"), Outcome.LEFT_OUT, "why"));
        assertThat(nothing.verdict()).isEqualTo("Nothing was found out.");
        assertThat(nothing.exitStatus()).isEqualTo(1);
        Report advice = Reports.report(Reports.result(Reports.check("1", "a"), Outcome.WARNED, "why"));
        assertThat(advice.verdict()).isEqualTo("No promise that binds was seen broken.");
        assertThat(advice.exitStatus()).isZero();
    }

    @Test
    void ordersSectionsAsPeopleCount() {
        assertThat(Reports.hostile().sections())
                .extracting(Section::number)
                .containsExactly("1", "1.1", "2.9", "2.10", "10");
    }

    @Test
    void everySectionHasATitle() {
        assertThat(ConformanceSuite.of(environment -> {
                            throw new IllegalStateException();
                        })
                        .checks())
                .extracting(Check::section)
                .allMatch(section -> !Section.title(section).isEmpty());
    }

    @Test
    void theDetailIsWhatStandsBehindTheRule() {
        // Worded by the kit itself, so that the two cannot drift apart.
        Check check = new Check("1.2", Check.Severity.MUST, "it holds", Check.Scope.ANY, () -> {
            throw new AssertionError("sent this; came back that");
        });
        Result result = RunnerTest.only(check);
        assertThat(result.message()).isEqualTo("breaks 1.2, it holds: sent this; came back that");
        assertThat(result.detail()).isEqualTo("sent this; came back that");
    }

    @Test
    void aMessageOfARealCheckSaysWhatWasSent() {
        URI nobody = URI.create("http://127.0.0.1:1");
        try (ConformanceSuite suite = ConformanceSuite.ofRunning(nobody)) {
            Result result = RunnerTest.only(suite.checks().get(0));
            assertThat(result.outcome()).isEqualTo(Outcome.UNCLEAR);
            assertThat(result.message())
                    .startsWith("unclear whether it breaks " + result.check().section())
                    .contains("cannot connect to " + nobody, "Connection refused");
        }
    }
}
