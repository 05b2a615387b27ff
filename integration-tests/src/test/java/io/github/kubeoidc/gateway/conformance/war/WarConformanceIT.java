// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import io.github.kubeoidc.gateway.conformance.Check;
import io.github.kubeoidc.gateway.conformance.ConformanceSuite;
import io.github.kubeoidc.gateway.conformance.Delivery;
import io.github.kubeoidc.gateway.conformance.junit.ConformanceTests;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The promises that section 12 has hold in a servlet container. What needs a gateway of its own deploys the WAR anew, which takes
 * seconds; so each such check runs in one of the containers, and what asking upstream (2, 3.9) and reading variables (5) decide by
 * themselves, in any container, only with {@code -Dwar.all=true}.
 */
@Execution(ExecutionMode.CONCURRENT)
class WarConformanceIT {
    private static final boolean ALL = Boolean.getBoolean("war.all");
    private static final Pattern OTHER_ROOMS = Pattern.compile("2\\..*|3\\.9|5");
    private static final String ELSEWHERE = "/clusters/a";

    /** To be closed in reverse order. */
    private static final List<AutoCloseable> OPEN = Collections.synchronizedList(new ArrayList<>());

    @AfterAll
    static void close() throws Exception {
        Exception failures = new Exception("not all could be closed");
        Collections.reverse(OPEN);
        for (AutoCloseable open : OPEN) {
            try {
                open.close();
            } catch (Exception | AssertionError e) {
                failures.addSuppressed(e);
            }
        }
        if (failures.getSuppressed().length > 0) {
            throw failures;
        }
    }

    @TestFactory
    Stream<DynamicContainer> keepsItsPromises() {
        List<ContainerKind> kinds = ContainerKind.all();
        return IntStream.range(0, kinds.size())
                .boxed()
                .flatMap(i -> Stream.of(
                        tests(kinds.get(i), " at the root", pool(kinds.get(i), ""), WarConformanceIT::onlyLooks),
                        tests(
                                kinds.get(i),
                                " at " + ELSEWHERE,
                                pool(kinds.get(i), ELSEWHERE),
                                check ->
                                        // A logged path has the context path in front.
                                        onlyLooks(check) && !check.section().startsWith("6")),
                        tests(
                                kinds.get(i),
                                " once for each",
                                pool(kinds.get(i), ""),
                                check -> !onlyLooks(check)
                                        && (ALL || !isOfAnotherRoom(check))
                                        && Math.floorMod(check.sentence().hashCode(), kinds.size()) == i)));
    }

    private static boolean isOfAnotherRoom(Check check) {
        return OTHER_ROOMS.matcher(check.section()).matches();
    }

    private static ContainerPool pool(ContainerKind kind, String contextPath) {
        ContainerPool pool = new ContainerPool(kind, contextPath);
        OPEN.add(pool);
        return pool;
    }

    private static DynamicContainer tests(ContainerKind kind, String where, Delivery delivery, Predicate<Check> which) {
        return DynamicContainer.dynamicContainer(
                kind + where,
                ConformanceTests.of(ConformanceSuite.of(delivery), which.and(check -> Section12.holdsIn(kind, check))));
    }

    private static boolean onlyLooks(Check check) {
        return check.scope() != Check.Scope.OWN;
    }
}
