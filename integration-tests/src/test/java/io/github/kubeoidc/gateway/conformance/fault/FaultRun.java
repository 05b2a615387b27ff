// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.fault.Fault.Seen;
import io.github.kubeoidc.gateway.conformance.fault.Fault.Traits;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.Reply;
import io.github.kubeoidc.gateway.standin.ServedDocument;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntConsumer;

/**
 * One fault, met by a gateway that has nothing of the document, then a fresh one, then a stale one. In between upstream is
 * well again, and the gateway has to notice.
 */
final class FaultRun implements AutoCloseable {

    /** What a gateway has of a document when it is asked for it. */
    enum State {
        /** It was never fetched. */
        NOTHING,
        /** It was fetched less than 0.8 TTL ago. */
        FRESH,
        /** It was fetched more than a TTL ago. */
        STALE
    }

    /** {@code UPSTREAM_TIMEOUT_SECONDS}. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** {@code CACHE_TTL_SECONDS}. */
    static final Duration TTL = Duration.ofSeconds(3);

    /** How long a stale document may keep its readers waiting. */
    static final Duration STALE_WAIT = Duration.ofMillis(300);

    /** Above all bounds, for the sake of a machine that has much else to do. */
    static final Duration MARGIN = Duration.ofMillis(1500);

    private static final Duration SOON = Duration.ofSeconds(15);

    /** How long upstream is left alone after one failure. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final ReadWriteLock MACHINE = new ReentrantReadWriteLock(true);

    /** A start takes seconds of processor time, which no answer that is measured has to wait for. */
    private static final Lock STARTING = MACHINE.readLock();

    /** One run at a time measures answers that do not wait for upstream, as each of them is a lot of work for the machine. */
    private static final Lock MEASURING = MACHINE.writeLock();

    private final Fault fault;
    private final ApiServerStandIn other = ApiServerStandIn.start();
    private final ApiServerStandIn upstream = ApiServerStandIn.start();
    private final ServedDocument document;
    private final StartedGateway gateway;

    private FaultRun(Fault fault) {
        this.fault = fault;
        this.document = fault.document().apply(upstream);
        Map<String, String> environment = new HashMap<>(upstream.environment());
        environment.put("UPSTREAM_TIMEOUT_SECONDS", Long.toString(TIMEOUT.toSeconds()));
        environment.put("CACHE_TTL_SECONDS", Long.toString(TTL.toSeconds()));
        // Else the start would fetch it.
        document.fail(Reply.status(500, "{}"));
        STARTING.lock();
        try {
            gateway = Launcher.start(environment);
        } finally {
            STARTING.unlock();
        }
    }

    /**
     * Looks what comes of a fault, and checks that it is what the contract says.
     *
     * @param numbers how many requests come at once: first the one, then the other
     * @return what was seen, by number of requests and state
     */
    static Map<Integer, Map<State, Observation>> of(Fault fault, List<Integer> numbers) {
        Map<Integer, Map<State, Observation>> seen = new TreeMap<>();
        numbers.forEach(number -> seen.put(number, new EnumMap<>(State.class)));
        if (fault.traits() == Traits.ACCEPTED) {
            // What has been accepted is there: another gateway is needed to have nothing once more.
            numbers.forEach(number -> run(fault, List.of(number), seen));
        } else {
            run(fault, numbers, seen);
        }
        return seen;
    }

    private static void run(Fault fault, List<Integer> numbers, Map<Integer, Map<State, Observation>> seen) {
        try (FaultRun run = new FaultRun(fault)) {
            run.run(numbers, seen);
        }
    }

    private void run(List<Integer> numbers, Map<Integer, Map<State, Observation>> seen) {
        // The first handshake of a process takes its time, which is not to be taken for the fault's.
        ServedDocument untouched = document == upstream.jwks() ? upstream.discovery() : upstream.jwks();
        Await.until(SOON, "the other document", () -> get(untouched.path()).status() == 200);
        Await.until(SOON, "the fetch of the start to fail", () -> document.fetches() > 0);
        Await.pace(PAUSE.plus(MARGIN));
        document.heal();

        begin();
        inTurn(numbers, number -> seen.get(number).put(State.NOTHING, withNothing(number)));
        end();

        String good;
        long fetched;
        MEASURING.lock();
        try {
            long before = System.nanoTime();
            untilHealthy();
            good = get(document.path()).text();
            fetched = System.nanoTime();
            begin();
            numbers.forEach(number -> seen.get(number).put(State.FRESH, withAFreshDocument(number, good)));
            assertThat(since(before))
                    .as("the time until a refresh is due: this machine has too much else to do for this test")
                    .isLessThan(TTL.multipliedBy(8).dividedBy(10));
        } finally {
            MEASURING.unlock();
        }
        Await.until(
                TTL.plus(MARGIN),
                "the document to be stale",
                () -> since(fetched).compareTo(TTL) > 0);
        inTurn(numbers, number -> seen.get(number).put(State.STALE, withAStaleDocument(number, good)));
        end();
        untilHealthy();

        assertThat(other.connections()).as("connections to another host").isZero();
        assertThat(gateway.log()).as("the log").noneMatch(line -> line.contains(upstream.token()));
        assertThat(gateway.errors()).as("standard error").isEmpty();
    }

    /** Does something that fails a fetch, and the next thing when upstream is asked again. */
    private static void inTurn(List<Integer> numbers, IntConsumer task) {
        for (int number : numbers) {
            task.accept(number);
            long ended = System.nanoTime();
            Await.until(
                    PAUSE.multipliedBy(2).plus(MARGIN),
                    "the end of the pause after two failures",
                    () -> since(ended).compareTo(PAUSE.multipliedBy(2)) > 0);
        }
    }

    /** CONTRACT 1.5, 3.2, 3.4: 502 within the time-out, for one fetch. */
    private Observation withNothing(int requests) {
        boolean accepted = fault.traits() == Traits.ACCEPTED;
        Observation seen = ask(requests, accepted ? "" : "there is no document to serve");
        assertThat(seen.responses()).allSatisfy(response -> {
            assertThat(response.status()).isEqualTo(accepted ? 200 : 502);
            assertThat(response.text()).contains(accepted ? Faults.ANOTHER_ISSUER : "Bad Gateway");
        });
        assertThat(seen.slowest()).isLessThan(TIMEOUT.plus(MARGIN));
        assertOneFetch(seen);
        return seen;
    }

    /** CONTRACT 3.1: from memory, and nobody waits on upstream. */
    private Observation withAFreshDocument(int requests, String good) {
        Observation seen = ask(requests, "");
        assertThat(seen.responses()).allSatisfy(response -> assertServed(good, response));
        assertThat(seen.slowest()).isLessThan(MARGIN);
        assertThat(seen.fetches()).as("fetches").isZero();
        return seen;
    }

    /** CONTRACT 3.2, 3.3, 3.4: the stale one within 300 ms, for one fetch. */
    private Observation withAStaleDocument(int requests, String good) {
        boolean accepted = fault.traits() == Traits.ACCEPTED;
        Observation seen;
        MEASURING.lock();
        try {
            seen = ask(requests, accepted ? document.path() : "s ago is served");
        } finally {
            MEASURING.unlock();
        }
        assertThat(seen.responses()).allSatisfy(response -> {
            if (!accepted || !response.text().contains(Faults.ANOTHER_ISSUER)) {
                assertServed(good, response);
            }
        });
        if (accepted) {
            assertThat(get(document.path()).text()).contains(Faults.ANOTHER_ISSUER);
        }
        assertThat(seen.slowest()).isLessThan(STALE_WAIT.plus(MARGIN));
        assertOneFetch(seen);
        return seen;
    }

    private void assertOneFetch(Observation seen) {
        int one = fault.seen() == Seen.NOTHING ? 0 : 1;
        int most = fault.traits() == Traits.ENDS_THE_CONNECTION ? 2 : one;
        assertThat(seen.fetches()).as("fetches").isBetween(one, most);
    }

    private static void assertServed(String good, RawResponse response) {
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo(good);
    }

    /**
     * Asks for the document.
     *
     * @param requests how often at once
     * @param logged what the log says at the end of the fetch, beside the fault; empty where there is no fetch to wait for
     */
    private Observation ask(int requests, String logged) {
        long lines = warnings(logged);
        return Observation.of(requests, gateway.baseUri(), document.path(), () -> fault.fetchesSeen(upstream), () -> {
            if (!logged.isEmpty()) {
                Await.until(SOON, "a WARN of: " + fault.logged(), () -> warnings(logged) > lines);
            }
        });
    }

    private long warnings(String logged) {
        return gateway.log().stream()
                .filter(line -> line.contains("WARN path=" + document.path())
                        && line.contains(fault.logged())
                        && line.contains(logged))
                .count();
    }

    private void begin() {
        fault.begin().accept(upstream, other.baseUri());
    }

    private void end() {
        fault.end().accept(upstream);
    }

    /** By a health probe, which may ask upstream within a second of a failure. */
    private void untilHealthy() {
        Await.until(SOON, "health", () -> get("/readyz").status() == 200);
    }

    private RawResponse get(String path) {
        return RawHttp.exchange(gateway.baseUri(), "GET " + path + " HTTP/1.1\r\nHost: gateway.example\r\n\r\n");
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Override
    public void close() {
        try (other;
                upstream) {
            gateway.close();
        }
    }
}
