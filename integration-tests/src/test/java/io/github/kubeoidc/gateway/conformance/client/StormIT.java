// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * CONTRACT 1.7: "after any storm the gateway is as it was before: the same cap, nothing leaked, an ordinary request answered".
 * Each storm of the table has a gateway of its own, with the heap and the limits of the image. The system property
 * {@code gateway.storms} picks those whose name contains its value.
 */
@Isolated("it keeps the machine busy")
class StormIT {

    private static final @Nullable String PICKED = System.getProperty("gateway.storms");

    private static final Path SEEN = Path.of("target", "storms.txt");

    private static final Object MANY_FILES = new Object();

    /** Most of a storm is waiting. */
    private static final int AT_A_TIME = 4;

    @TestFactory
    Stream<DynamicTest> theGatewayIsAsItWasBefore() {
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        Map<Storm, Future<List<String>>> played = new LinkedHashMap<>();
        Storms.all().stream()
                .filter(storm -> PICKED == null || storm.what().contains(PICKED))
                .forEach(storm -> played.put(storm, threads.submit(() -> played(storm))));
        threads.shutdown();
        return played.entrySet().stream()
                .map(storm -> DynamicTest.dynamicTest(
                        storm.getKey().what(),
                        () -> assertThat(storm.getValue().get()).isEmpty()));
    }

    private static List<String> played(Storm storm) throws Exception {
        if (!storm.what().contains(",000 connections")) {
            return differences(storm);
        }
        // Both ends of two such storms are more files than this process may have open.
        synchronized (MANY_FILES) {
            return differences(storm);
        }
    }

    private static List<String> differences(Storm storm) throws Exception {
        long begun = System.nanoTime();
        List<String> differences = PlayedStorm.differences(storm);
        Files.writeString(
                SEEN,
                "%s: %d s, %s%n".formatted(storm.what(), (System.nanoTime() - begun) / 1_000_000_000, differences),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        return differences;
    }
}
