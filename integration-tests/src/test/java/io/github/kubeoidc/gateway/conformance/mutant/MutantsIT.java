// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The conformance kit is tested itself: each gateway with a fault is caught by a check that is meant to notice, and by no
 * other one, and each {@code must} catches a gateway. The system property {@code gateway.mutants} picks those whose name
 * contains its value, and an empty one all, which take a quarter of an hour or so; without it none are examined.
 * What catches them is written to {@code target/mutants.md}.
 */
@EnabledIfSystemProperty(
        named = "gateway.mutants",
        matches = ".*",
        disabledReason = "**** SKIPPED: the kit is examined with -Dgateway.mutants= for all mutants ****")
class MutantsIT {

    /** Musts without a mutant. They may only become fewer, and each needs a reason. */
    private static final Set<String> KNOWN_GAPS = Set.of();

    private static final int AT_A_TIME = 4;
    private static final Path REPORT = Path.of("target", "mutants.md");

    private final String picked = System.getProperty("gateway.mutants", "");
    private final GatewayBuild build = new GatewayBuild();

    @TestFactory
    Stream<DynamicTest> areCaught() {
        Map<Mutant, Future<Examination>> examinations = new LinkedHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        Stream.concat(Mutants.none().stream(), Mutants.all().stream())
                .filter(mutant -> mutant.name().contains(picked))
                .forEach(mutant -> examinations.put(
                        mutant, threads.submit((Callable<Examination>) () -> Examination.of(mutant, build))));
        threads.shutdown();
        Stream<DynamicTest> each = examinations.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(
                        entry.getKey().name(), () -> isCaught(entry.getKey(), result(entry.getValue()))));
        return Stream.concat(each, Stream.of(DynamicTest.dynamicTest("every must has a mutant that it catches", () -> {
            report(examinations);
            if (picked.isEmpty()) {
                assertThat(mustsWithoutMutant(examinations)).isEqualTo(KNOWN_GAPS);
            }
        })));
    }

    private static void isCaught(Mutant mutant, Examination examination) {
        assertThat(examination.wronglySeen()).isEmpty();
        if (mutant.edits().isEmpty()) {
            assertThat(examination.caughtBy()).isEmpty();
        } else {
            assertThat(examination.caughtBy()).isNotEmpty();
        }
    }

    private static TreeSet<String> mustsWithoutMutant(Map<Mutant, Future<Examination>> examinations) throws Exception {
        TreeSet<String> musts = ConformanceSuite.of(environment -> {
                    throw new IllegalStateException("only the names are asked for");
                })
                .checks()
                .stream()
                .filter(check -> check.severity() == Check.Severity.MUST)
                .map(Check::name)
                .collect(Collectors.toCollection(TreeSet::new));
        for (Future<Examination> examination : examinations.values()) {
            musts.removeAll(result(examination).caughtBy().keySet());
        }
        return musts;
    }

    private static void report(Map<Mutant, Future<Examination>> examinations) throws Exception {
        StringBuilder report = new StringBuilder("# Gateways with a fault, and the checks that notice it\n");
        for (Map.Entry<Mutant, Future<Examination>> entry : examinations.entrySet()) {
            Examination examination = result(entry.getValue());
            report.append("\n## ").append(entry.getKey().name()).append("\n\n");
            examination
                    .caughtBy()
                    .forEach((check, words) -> report.append("- ").append(check).append('\n'));
            examination
                    .wronglySeen()
                    .forEach((check, words) ->
                            report.append("- WRONG: ").append(check).append('\n'));
        }
        report.append("\n## Musts without a mutant\n\n");
        mustsWithoutMutant(examinations)
                .forEach(must -> report.append("- ").append(must).append('\n'));
        write(report.toString());
    }

    private static void write(String report) throws IOException {
        Files.writeString(REPORT, report);
    }

    private static Examination result(Future<Examination> examination) throws Exception {
        try {
            return examination.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
    }
}
