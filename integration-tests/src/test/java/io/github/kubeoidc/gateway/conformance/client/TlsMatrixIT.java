// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * CONTRACT 1.7 with TLS: "A client that does any of this holds no thread and delays nobody, and after any storm the gateway is as it
 * was before". Each row has a gateway of its own with the heap of the image, and an honest client beside it; its table in
 * {@code docs/clients.md} has to say the same. The system property {@code gateway.clients} picks the rows whose name contains its
 * value.
 */
@Isolated("it keeps the machine busy")
class TlsMatrixIT {

    private static final @Nullable String PICKED = System.getProperty("gateway.clients");
    private static final Path SEEN = Path.of("target", "clients-tls.md");
    private static final Path DOCUMENTATION = Path.of("..", "docs", "clients.md");

    private static final String HEADING = """
            | section | what the clients do | how many | they get | bound |
            |---|---|---:|---|---|
            """;

    /** Most of a row is waiting. */
    private static final int AT_A_TIME = 4;

    @TestFactory
    Stream<DynamicTest> noClientOfTlsChangesTheGateway() {
        ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
        Map<TlsBehaviour, Future<PlayedTlsStorm.Seen>> played = new LinkedHashMap<>();
        TlsBehaviours.all().stream()
                .filter(row -> PICKED == null || row.behaviour().what().contains(PICKED))
                .forEach(row -> played.put(row, threads.submit(() -> PlayedTlsStorm.seen(row))));
        threads.shutdown();
        return played.entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey().behaviour().what(), () -> {
                    PlayedTlsStorm.Seen seen = row.getValue().get();
                    assertThat(seen.differences()).isEmpty();
                    assertThat(row.getKey().expected()).containsAll(seen.outcomes());
                }));
    }

    @Test
    void theDocumentationSaysTheSame() throws Exception {
        String table =
                HEADING + TlsBehaviours.all().stream().map(TlsMatrixIT::row).collect(Collectors.joining());
        Files.writeString(SEEN, table);

        assertThat(Files.readString(DOCUMENTATION)).contains(table);
    }

    private static String row(TlsBehaviour row) {
        Behaviour clients = row.behaviour();
        String expected = row.expected().stream().sorted().collect(Collectors.joining(", "));
        return "| %s | %s | %,d | %s | %s |\n"
                .formatted(clients.section(), clients.what(), clients.connections(), expected, clients.bound());
    }
}
