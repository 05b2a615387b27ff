// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.testsupport.Wire;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1.6: every close after an answer lingers, so that what the client still sends does not destroy the answer. */
class LingeringCloseTest {
    private static final int TRIES = 5;

    private FrontDoor door;

    @BeforeEach
    void open() throws Exception {
        door = newDoor();
    }

    FrontDoor newDoor() throws Exception {
        return new FrontDoor(100, Long.MAX_VALUE);
    }

    @AfterEach
    void close() throws Exception {
        door.close();
    }

    /** What a client does within the bound on lingering. */
    @FunctionalInterface
    private interface Exchange {
        void run() throws IOException;
    }

    /** Where the machine stands still for longer than the bound, the connection is rightly closed: then once more. */
    private static void inTime(Exchange exchange) throws IOException {
        for (int tries = 1; ; tries++) {
            long begun = System.nanoTime();
            try {
                exchange.run();
                return;
            } catch (IOException | AssertionError e) {
                if (tries == TRIES || System.nanoTime() - begun < ClientProgress.LINGER_BOUND.toNanos()) {
                    throw e;
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2000, 5000, 8200, 70_000, 1_000_000, 1_900_000})
    void aBodyIsDiscardedAndItsRequestAnswered(int length) throws Exception {
        inTime(() -> {
            Wire client = door.connect()
                    .send("PUT / HTTP/1.1\nHost: a\nContent-Length: " + length + "\n\n")
                    .sendAsIs("x".repeat(length));

            assertThat(client.readToEnd()).startsWith("HTTP/1.1 200").contains("\r\nConnection: close\r\n");
            client.close();
        });
        FrontDoor.await(() -> door.open() == 0);
    }

    @Test
    void soIsOneThatGoesOnAfterTheAnswer() throws Exception {
        inTime(this::goOnAfterTheAnswer);
    }

    private void goOnAfterTheAnswer() throws IOException {
        Wire client = door.connect().send("POST / HTTP/1.1\nHost: a\nContent-Length: 2000000\n\n");
        assertThat(client.read().status()).isEqualTo(200);

        for (int i = 0; i < 150; i++) {
            client.sendAsIs("x".repeat(10_000));
        }

        assertThat(client.readToEnd()).isEmpty();
        client.sendAsIs("x".repeat(10_000));
    }

    @Test
    void soIsAChunkedOne() throws Exception {
        inTime(() -> {
            String answer = door.connect()
                    .send("POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\n")
                    .send(("1000\n" + "x".repeat(0x1000) + "\n").repeat(100) + "0\n\n")
                    .readToEnd();

            assertThat(answer).startsWith("HTTP/1.1 200").contains("\r\nConnection: close\r\n");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\nHost: b\n\n",
                "GET / HTTP/3.7\n\n",
                "GET /\0 HTTP/1.1\nHost: a\n\n",
                "POST / HTTP/1.1\nHost: a\nContent-Length: x\n\n"
            })
    void soIsWhatFollowsARefusedRequest(String refused) throws Exception {
        inTime(() -> {
            String answer =
                    door.connect().send(refused).sendAsIs("x".repeat(300_000)).readToEnd();

            assertThat(answer).matches("(?s)HTTP/1\\.1 (400|505).*\r\nConnection: close\r\n.*");
        });
    }

    @Test
    void moreThanTheBoundIsNotDiscarded() throws Exception {
        Wire client = door.connect().send("POST / HTTP/1.1\nHost: a\nContent-Length: 900000000\n\n");
        assertThat(client.read().status()).isEqualTo(200);

        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        client.sendAsIs("x".repeat(100_000));
                    }
                })
                .isInstanceOf(IOException.class);
        FrontDoor.await(() -> door.open() == 0);
    }

    /** CONTRACT 1.7: pipelining gains nothing. However the kernel cuts the reads, an answer that says close is the last. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 40, 3000})
    void pipelinedRequestsEndTheConnectionWithAWholeAnswer(int requests) throws Exception {
        String answers = door.connect().send(FrontDoor.GET.repeat(requests)).readToEnd();

        assertThat(answers.split("\r\n\r\n"))
                .hasSizeBetween(1, requests)
                .allSatisfy(answer -> assertThat(answer).startsWith("HTTP/1.1 200"));
        assertThat(answers.indexOf("Connection: close")).isEqualTo(answers.lastIndexOf("Connection: close"));
        assertThat(answers).endsWith("Connection: close\r\n\r\n");
    }
}
