// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** CONTRACT 1.6 and 1.7: slow clients are bounded. Takes the real ten seconds, for all kinds of them at once. */
class SlowClientsTest {
    private final ScheduledExecutorService dribbling = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        dribbling.shutdownNow();
    }

    FrontDoor newDoor(Duration idleTimeout) throws Exception {
        return new FrontDoor(100, Long.MAX_VALUE, idleTimeout);
    }

    @Test
    void theBoundsAreThoseOfTheContract() {
        assertThat(ClientProgress.MESSAGE_BOUND).isEqualTo(Duration.ofSeconds(10));
        assertThat(ClientProgress.LINGER_BOUND).isEqualTo(Duration.ofSeconds(5));
        assertThat(LingeringConnection.LINGER_BYTES).isEqualTo(2 << 20);
        assertThat(FrontHandler.MAX_FIELDS).isEqualTo(100);
    }

    @Test
    void slowClientsAreClosedAndOneThatWaitsForItsAnswerIsNot() throws Exception {
        try (FrontDoor door = newDoor(Duration.ofSeconds(75))) {
            Wire waits = door.connect().send("GET /wait HTTP/1.1\nHost: a\n\n");
            Wire isIdle = door.connect().send(FrontDoor.GET);
            assertThat(isIdle.read().status()).isEqualTo(200);
            Wire dribblesItsSecond = door.connect().send(FrontDoor.GET);
            assertThat(dribblesItsSecond.read().status()).isEqualTo(200);
            dribblesItsSecond.send("GET /");
            door.connect().send("GET /large HTTP/1.1\nHost: a\n\n");
            door.connect().send("GET / HTTP/1.1\nHost: a\nX: ");
            Wire dribbles = door.connect();
            long begun = System.nanoTime();
            dribbling.scheduleAtFixedRate(() -> dribble(dribbles), 0, 500, TimeUnit.MILLISECONDS);
            FrontDoor.await(() -> door.open() == 6);

            FrontDoor.await(() -> door.open() == 2);

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(8));
            door.answerOne();
            assertThat(waits.read().status()).isEqualTo(200);
            assertThat(isIdle.send(FrontDoor.GET).read().status()).isEqualTo(200);
            assertThat(door.refusals.all()).containsEntry("slow", 4L);
        }
    }

    @Test
    void anIdleConnectionEndsAfterItsTimeoutAndOneThatWaitsDoesNot() throws Exception {
        // Longer than a busy machine takes from a connection to its first request.
        try (FrontDoor door = newDoor(Duration.ofSeconds(5))) {
            Wire waits = door.connect().send("GET /wait HTTP/1.1\nHost: a\n\n");
            Wire isIdle = door.connect().send(FrontDoor.GET);
            assertThat(isIdle.read().status()).isEqualTo(200);

            assertThat(isIdle.readToEnd()).isEmpty();

            door.answerOne();
            assertThat(waits.read().status()).isEqualTo(200);
        }
    }

    /** CONTRACT 6.6 has clients told "that were closed or refused by 1.7": it has its whole answer, and 1.6 ends it. */
    @Test
    void aClientThatDoesNotCloseAfterItsLastAnswerIsClosedAndNotTold() throws Exception {
        try (FrontDoor door = newDoor(Duration.ofSeconds(75))) {
            Wire client = door.connect().send("GET / HTTP/1.1\nHost: a\nConnection: close\n\n");
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 200");
            dribbling.scheduleAtFixedRate(() -> dribble(client), 0, 200, TimeUnit.MILLISECONDS);

            FrontDoor.await(() -> door.open() == 0);
            assertThat(door.refusals.all()).containsEntry("slow", 0L);
        }
    }

    private void dribble(Wire client) {
        try {
            client.send("G");
        } catch (IOException e) {
            dribbling.shutdown();
        }
    }
}
