// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.fault.FaultRun.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Every upstream fault, met with nothing, a fresh and a stale document, by one request and by many at once. What was seen is
 * written to {@code target/faults.md}, and {@code docs/faults.md} has to say the same. The system property
 * {@code gateway.faults} picks those whose name contains its value.
 */
@Isolated("It measures times, and keeps the machine busy itself.")
class FaultMatrixIT {

    private static final int MANY = 200;

    /** Most of their time they wait for a time-out, or for a document to become stale. */
    private static final int AT_A_TIME = 6;

    /** How often a fault is tried while the machine stalls. */
    private static final int TRIES = 5;

    private static final Path SEEN = Path.of("target", "faults.md");
    private static final Path DOCUMENTATION = Path.of("..", "docs", "faults.md");

    private final String picked = System.getProperty("gateway.faults", "");

    private final Stalls stalls = new Stalls();

    @AfterEach
    void stopWatching() {
        stalls.close();
    }

    @TestFactory
    Stream<DynamicTest> everyFault() {
        Map<Fault, Future<Map<Integer, Map<State, Observation>>>> runs = new LinkedHashMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        Faults.all().stream()
                .filter(fault -> fault.toString().contains(picked))
                .forEach(fault -> runs.put(fault, threads.submit(() -> observe(fault))));
        threads.shutdown();
        Stream<DynamicTest> each = runs.entrySet().stream()
                .map(run -> DynamicTest.dynamicTest(run.getKey().toString(), () -> result(run.getValue())));
        return Stream.concat(
                each, Stream.of(DynamicTest.dynamicTest("the documentation says the same", () -> compare(runs))));
    }

    /** A failure counts where the machine has not stalled meanwhile: all here depends on time. */
    private Map<Integer, Map<State, Observation>> observe(Fault fault) {
        for (int tried = 1; ; tried++) {
            int before = stalls.seen();
            try {
                return FaultRun.of(fault, List.of(1, MANY));
            } catch (AssertionError e) {
                if (stalls.seen() == before || tried == TRIES) {
                    throw e;
                }
                System.err.println("once more, as the machine has stalled: " + fault);
            }
        }
    }

    private void compare(Map<Fault, Future<Map<Integer, Map<State, Observation>>>> runs) throws Exception {
        Map<Fault, Map<Integer, Map<State, Observation>>> results = new LinkedHashMap<>();
        for (Map.Entry<Fault, Future<Map<Integer, Map<State, Observation>>>> run : runs.entrySet()) {
            results.put(run.getKey(), result(run.getValue()));
        }
        String page = FaultsPage.of(MANY, results);
        Files.writeString(SEEN, page);
        if (picked.isEmpty()) {
            assertThat(withoutTimes(Files.readString(DOCUMENTATION))).isEqualTo(withoutTimes(page));
        }
    }

    private static String withoutTimes(String page) {
        return page.replaceAll(" · \\d+\\.\\d+ s", "");
    }

    private static <T> T result(Future<T> run) throws Exception {
        try {
            return run.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failure) {
                throw failure;
            }
            throw e;
        }
    }
}
