// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.client;

import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.AGAIN;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.HONEST;
import static io.github.kubeoidc.gateway.conformance.client.Behaviour.Flag.STAYS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.ProcessFigures;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.client.HonestClients.Latency;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Of some hundred hostile clients each gets a 4xx, a 505 or a close, and an honest one gets its 200 all the
 * same. What was seen is written to {@code target/clients.md}, and the table of {@code docs/clients.md} has to say the same.
 * With the system property {@code gateway.clients} the honest client's 99th percentile has to stay under 50 ms too, which
 * takes a machine with nothing else to do; its value picks the rows whose name contains it.
 */
@Isolated("it measures times")
class ClientMatrixIT {

    private static final @Nullable String PICKED = System.getProperty("gateway.clients");

    /** An honest client that waits for longer waits for a hostile one, however busy the machine is. */
    private static final double LATENCY_BOUND_MILLIS = PICKED == null ? 1000 : 50;

    private static final Pattern ALLOWED = Pattern.compile("4\\d\\d|505|a close");
    private static final Path SEEN = Path.of("target", "clients.md");
    private static final Path DOCUMENTATION = Path.of("..", "docs", "clients.md");

    private static final String HEADING = """
            | section | what the clients do | how many | they get | bound | kept, p99 ms | new, p99 ms | memory, MiB |
            |---|---|---:|---|---|---:|---:|---:|
            """;

    private static final int OUTCOMES = 3;
    private static final int FIGURES = 6;

    private static ApiServerStandIn upstream;
    private static CommandGateway gateway;
    private static final List<String> ROWS = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        upstream = ApiServerStandIn.start();
        gateway = CommandGateway.start(List.of(Launcher.path()), upstream.environment());
        // A run-time that has compiled nothing yet is what would be measured.
        for (int i = 0; i < 10; i++) {
            HonestClients.during(gateway.baseUri(), () -> null);
        }
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @TestFactory
    Stream<DynamicTest> noClientDelaysAnother() {
        Stream<DynamicTest> rows = Behaviours.all().stream()
                .filter(behaviour -> PICKED == null || behaviour.what().contains(PICKED))
                .map(behaviour -> DynamicTest.dynamicTest(behaviour.what(), () -> row(behaviour)));
        return Stream.concat(
                rows, Stream.of(DynamicTest.dynamicTest("the documentation says the same", ClientMatrixIT::compare)));
    }

    /** CONTRACT 1.7: at the cap accepting goes on, a cap that the process's limit of open files sets included. */
    @Test
    void whereThereAreFewFilesTheLongestIdleMakeRoom() throws Exception {
        List<String> command = List.of("sh", "-c", "ulimit -n 250; exec \"$0\"", Launcher.path());
        Behaviour idle = Behaviour.of("1.7", "says nothing", 500, 5, "the limit of open files");
        try (StartedGateway small = CommandGateway.start(command, upstream.environment())) {
            HostileClients.Fate fate = HostileClients.run(small.baseUri(), idle, () -> {
                try (RawHttp http = RawHttp.connect(small.baseUri())) {
                    http.send("GET /openid/v1/jwks HTTP/1.1\r\nHost: gateway.example\r\n\r\n");
                    assertThat(http.read().status()).isEqualTo(200);
                }
            });

            assertThat(fate.outcomes()).containsOnlyKeys("a close");
            assertThat(fate.open()).isGreaterThan(10);
        }
    }

    private static void row(Behaviour behaviour) throws Exception {
        AtomicReference<HostileClients.Fate> fate = new AtomicReference<>();
        AtomicLong residentKiB = new AtomicLong();
        Latency latency = HonestClients.during(gateway.baseUri(), () -> {
            fate.set(HostileClients.run(
                    gateway.baseUri(),
                    behaviour,
                    () -> residentKiB.accumulateAndGet(ProcessFigures.residentKiB(gateway.pid()), Math::max)));
            return null;
        });
        Set<String> outcomes = fate.get().outcomes().keySet();
        ROWS.add("| %s | %s | %,d | %s | %s | %.1f | %.1f | %d |"
                .formatted(
                        behaviour.section(),
                        behaviour.what(),
                        behaviour.connections(),
                        behaviour.is(STAYS) ? "no answer" : String.join(", ", outcomes),
                        behaviour.bound(),
                        latency.kept(),
                        latency.opened(),
                        residentKiB.get() / 1024));
        assertThat(ProcessFigures.isAlive(gateway.pid()))
                .as("the gateway lives")
                .isTrue();
        if (!behaviour.is(HONEST)) {
            assertThat(outcomes)
                    .as("%s", fate.get())
                    .allMatch(outcome -> ALLOWED.matcher(outcome).matches());
        }
        if (!behaviour.is(STAYS) && !behaviour.is(AGAIN)) {
            assertThat(fate.get().open()).as("still open").isZero();
        }
        assertThat(latency.kept()).as("kept").isLessThan(LATENCY_BOUND_MILLIS);
        assertThat(latency.opened()).as("new").isLessThan(LATENCY_BOUND_MILLIS);
    }

    private static void compare() throws IOException {
        String table = HEADING + String.join("\n", ROWS) + "\n";
        Files.writeString(SEEN, table);
        if (PICKED == null || PICKED.isEmpty()) {
            String page = Files.readString(DOCUMENTATION);
            assertThat(page).contains(HEADING);
            List<List<String>> documented = cells(page.substring(page.indexOf(HEADING)));
            List<List<String>> seen = cells(table);
            assertThat(without(seen, OUTCOMES)).isEqualTo(without(documented, OUTCOMES));
            for (int i = 0; i < seen.size(); i++) {
                // Of several clients at once one may be closed where others are told why; an honest one never.
                Set<String> allowed =
                        new HashSet<>(List.of(documented.get(i).get(OUTCOMES).split(", ")));
                if (!allowed.contains("200")) {
                    allowed.add("a close");
                }
                assertThat(allowed)
                        .as("%s", seen.get(i))
                        .contains(seen.get(i).get(OUTCOMES).split(", "));
            }
        }
    }

    /** The cells of all rows of a table, without the last three, which are the figures of one run. */
    private static List<List<String>> cells(String table) {
        return table.lines()
                .takeWhile(row -> row.startsWith("|"))
                .map(row -> List.of(row.split(" ?\\| ?")).subList(1, FIGURES))
                .toList();
    }

    private static List<List<String>> without(List<List<String>> rows, int column) {
        return rows.stream()
                .map(row -> IntStream.range(0, row.size())
                        .filter(i -> i != column)
                        .mapToObj(row::get)
                        .toList())
                .toList();
    }
}
