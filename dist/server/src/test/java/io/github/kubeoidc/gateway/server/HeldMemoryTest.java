// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** CONTRACT 1.7: what requests in progress hold together is bounded, in any mix, and nothing of it is left behind. */
class HeldMemoryTest {
    private static final String UNFINISHED = "GET / HTTP/1.1\nHost: a\nA: " + "x".repeat(7000);
    private static final String WAITS = "GET /wait HTTP/1.1\nHost: a\nA: " + "x".repeat(800) + "\n\n";
    private static final String UNTAKEN = "GET /large HTTP/1.1\nHost: a\n\n";
    private static final String UNHANDLED = "OPTIONS * HTTP/1.1\nHost: a\nA: " + "x".repeat(3000) + "\n\n";
    private static final String ORDINARY =
            "GET / HTTP/1.1\nHost: a\n" + ("A: " + "x".repeat(30) + "\n").repeat(24) + "\n";

    /** For two answers, or some unfinished heads, or a hundred requests that wait. */
    private static final long BOUND = 2L * FrontDoor.LARGE_BYTES + 100_000;

    /** How many connections that are opened one after the other are many. */
    int manyRequests = 6000;

    /** For eight requests that wait, and some that begin. */
    long smallBound = 100_000;

    private FrontDoor door;

    @BeforeEach
    void open() throws Exception {
        door = newDoor(BOUND);
    }

    FrontDoor newDoor(long bound) throws Exception {
        return new FrontDoor(5000, bound);
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    @Test
    void unfinishedHeadsThatHaveComeForLongestAreClosed() throws Exception {
        List<Wire> clients = door.connect(150, UNFINISHED);

        assertThat(clients.get(0).readToEnd()).isEmpty();
        FrontDoor.await(() -> door.held() <= BOUND);
        assertThat(clients.get(149).send("\n\n").read().status()).isEqualTo(200);
    }

    @Test
    void answersThatAreNotTakenAreClosedLongBeforeTheirTimeIsOver() throws Exception {
        Wire oldest = door.connect().send(UNTAKEN);
        for (int i = 0; i < 4; i++) {
            Wire client = i == 0 ? oldest : door.connect().send(UNTAKEN);
            // Its answer has begun, so that each is younger than the one before.
            assertThat(client.readBodiless().status()).isEqualTo(200);
        }
        Wire youngest = door.connect().send(UNTAKEN);

        assertThat(youngest.read().body().length()).isEqualTo(FrontDoor.LARGE_BYTES);
        assertThat(oldest.readToEnd().length()).isLessThan(FrontDoor.LARGE_BYTES);
    }

    @Test
    void requestsThatWaitAreClosedWhereThereAreTooMany() throws Exception {
        List<Wire> clients = door.connect(400, WAITS);

        assertThat(clients.get(0).readToEnd()).isEmpty();
        FrontDoor.await(() -> door.held() <= BOUND);
        CompletableFuture<Integer> last = CompletableFuture.supplyAsync(() -> status(clients.get(399)));
        FrontDoor.await(() -> {
            // The last requests may not have been read yet.
            door.waiting.forEach(answer -> answer.complete(null));
            return last.isDone();
        });
        assertThat(last.join()).isEqualTo(200);
    }

    private static int status(Wire client) {
        try {
            return client.read().status();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void oneBoundHoldsForAllKindsTogetherAndAfterwardsAllIsAsBefore() throws Exception {
        for (int storm = 0; storm < 3; storm++) {
            List<Wire> clients = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                for (String text : List.of(UNFINISHED, WAITS, UNTAKEN, UNHANDLED)) {
                    clients.add(door.connect().send(text));
                }
            }
            FrontDoor.await(() -> door.held() <= BOUND);
            assertThat(door.connect().send(ORDINARY).read().status()).isEqualTo(200);
            for (Wire client : clients) {
                client.close();
            }
            FrontDoor.await(() -> {
                // Some of the requests may not have been read yet.
                door.waiting.forEach(answer -> answer.complete(null));
                return door.held() == 0 && door.open() <= 3;
            });
            door.waiting.clear();
        }
    }

    /** Only what is open and in progress counts: clients that have gone hold nothing, however many go. */
    @Test
    void clientsThatResetTheirConnectionsTakeNothingFromThoseWhoWait() throws Exception {
        try (FrontDoor small = newDoor(smallBound)) {
            List<Wire> waiting = small.connect(8, WAITS);
            FrontDoor.await(() -> small.waiting.size() == 8);
            for (int i = 0; i < manyRequests / 2; i++) {
                try (Wire client = small.newWire()) {
                    client.resetOnClose().send("POST / HTTP/1.1\nHost: a\nContent-Length: 20000\n\n");
                    client.sendAsIs("x".repeat(20_000));
                } catch (SocketException | SSLException e) {
                    // Closed before all was sent.
                }
            }
            for (int i = 0; i < 8; i++) {
                small.answerOne();
            }
            for (Wire client : waiting) {
                assertThat(client.read().status()).isEqualTo(200);
            }
            FrontDoor.await(() -> small.held() == 0);
        }
    }

    /** Another thread may hold a client in the moment that it is closed: no selector may wait for that thread. */
    @Test
    @Timeout(120)
    void clientsThatAreClosedWhileTheyAreAnsweredStopNobody() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> storms = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                storms.add(threads.submit(this::storm));
            }
            while (!storms.stream().allMatch(Future::isDone)) {
                CompletableFuture<Void> answer = door.waiting.poll(10, TimeUnit.MILLISECONDS);
                if (answer != null) {
                    answer.complete(null);
                }
            }
            for (Future<?> storm : storms) {
                storm.get();
            }
        } finally {
            threads.shutdownNow();
        }
        // More than there are selectors, which take turns.
        for (int i = 0; i < 16; i++) {
            assertThat(door.connect().send(ORDINARY).read().status()).isEqualTo(200);
        }
        FrontDoor.await(() -> {
            door.waiting.forEach(answer -> answer.complete(null));
            return door.held() == 0 && door.connector.held() <= 16;
        });
    }

    private Void storm() throws Exception {
        int rounds = manyRequests / 20;
        for (int i = 0; i < rounds; i++) {
            try (Wire waits = door.newWire();
                    Wire untaken = door.newWire();
                    Wire taking = door.newWire()) {
                waits.send(WAITS);
                untaken.send(UNTAKEN);
                // Its answer is being written while others make it the oldest.
                taking.send(UNTAKEN).skip(FrontDoor.LARGE_BYTES / 2 / rounds * i);
            } catch (SocketException | SSLException e) {
                // Closed by the bound.
            }
        }
        return null;
    }

    @Test
    void requestsThatNobodyHandlesLeaveNothingBehind() throws Exception {
        for (int i = 0; i < manyRequests; i++) {
            try (Wire client = door.newWire()) {
                assertThat(client.send(UNHANDLED).read().status()).isEqualTo(404);
            }
        }
        FrontDoor.await(() -> door.held() == 0);
        assertThat(door.connect().send(ORDINARY).read().status()).isEqualTo(200);
    }
}
