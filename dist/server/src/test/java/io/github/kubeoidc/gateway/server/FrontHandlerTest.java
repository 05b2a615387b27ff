// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.LogLines;
import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1.6, 1.7 and 6.6: what is decided in front of the web application, with a few clients each. */
class FrontHandlerTest {
    /** "100 fields (431)", and CONTRACT 6.6: "Clients that were [...] refused [...] with the number of each kind". */
    @ParameterizedTest
    @CsvSource({"99, 200, 0", "100, 431, 1"})
    void aHundredFieldsAreTaken(int besidesHost, int status, long refused) throws Exception {
        try (FrontDoor door = new FrontDoor(10, Long.MAX_VALUE)) {
            Wire client = door.connect().send("GET / HTTP/1.1\nHost: a\n" + "A: b\n".repeat(besidesHost) + "\n");
            assertThat(client.read().status()).isEqualTo(status);
            assertThat(door.refusals.all()).containsEntry("head_too_large", refused);
        }
    }

    @ParameterizedTest
    @CsvSource({"GET /%s, 414, 1", "GET / HTTP/1.1|A: %s, 431, 1", "GET /a b c, 400, 0", "GET / HTTP/1.9, 505, 0"})
    void onlyAHeadThatIsTooLargeCountsAsOne(String request, int status, long refused) throws Exception {
        try (FrontDoor door = new FrontDoor(10, Long.MAX_VALUE)) {
            String text = request.replace('|', '\n').formatted("x".repeat(9000)) + "\nHost: a\n\n";
            assertThat(door.connect().send(text).read().status()).isEqualTo(status);
            assertThat(door.refusals.all()).containsEntry("head_too_large", refused);
        }
    }

    /**
     * "after any storm the gateway is as it was before": Jetty's HTTP connection keeps buffers as large as the largest head that it
     * has read, so that another one reads the next.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingOfALargeHeadIsKeptWhileItsConnectionIsIdle(boolean secure) throws Exception {
        try (FrontDoor door =
                secure ? FrontDoor.secure(10, 1_000_000, Duration.ofSeconds(75)) : new FrontDoor(10, 1_000_000)) {
            Wire client = door.connect();
            for (int i = 0; i < 3; i++) {
                FrontDoor.await(() -> door.http() != null);
                WeakReference<Connection> reader = new WeakReference<>(door.http());
                Reply reply = client.send("GET / HTTP/1.1\nHost: a\nA: " + "x".repeat(7000) + "\n\n")
                        .read();
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.header("Connection")).isNull();
                FrontDoor.await(() -> {
                    System.gc();
                    return reader.get() == null;
                });
            }
            assertThat(door.held()).isZero();
        }
    }

    /** CONTRACT 1.6 is about a request that has a body: one of no bytes is none. */
    @Test
    void anEmptyBodyEndsNoConnection() throws Exception {
        try (FrontDoor door = new FrontDoor(10, Long.MAX_VALUE)) {
            Wire client = door.connect();
            for (int i = 0; i < 2; i++) {
                Reply reply = client.send("PUT / HTTP/1.1\nHost: a\nContent-Length: 0\n\n")
                        .read();
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.header("Connection")).isNull();
            }
        }
    }

    /** "beyond it, whoever has been in progress for longest is closed": a request that waits takes 6 KiB and more. */
    @Test
    void requestsThatWaitAreClosedWhereTheyHoldTooMuch() throws Exception {
        try (FrontDoor door = new FrontDoor(10, 20_000)) {
            Wire oldest = door.connect().send("GET /wait HTTP/1.1\nHost: a\n\n");
            for (int i = 1; i < 4; i++) {
                int waiting = i;
                FrontDoor.await(() -> door.waiting.size() == waiting);
                door.connect().send("GET /wait HTTP/1.1\nHost: a\n\n");
            }
            assertThat(oldest.readToEnd()).isEmpty();
            FrontDoor.await(() -> door.held() <= 20_000);
            assertThat(door.refusals.all().get("memory")).isPositive();
        }
    }

    /** Until it is answered Jetty keeps the buffer of a request that has a body, or that more came with. */
    @ParameterizedTest
    @CsvSource({
        "'\n\nGET', false",
        "'\n\nGET', true",
        "'\nContent-Length: 9\n\n', false",
        "'\nContent-Length: 9\n\n', true",
        "'\nContent-Length: 9\n\n123456789', true",
        "'\nTransfer-Encoding: chunked\n\n', true"
    })
    void theBufferThatARequestThatWaitsKeepsCounts(String end, boolean secure) throws Exception {
        try (FrontDoor door =
                secure ? FrontDoor.secure(10, 1_000_000, Duration.ofSeconds(75)) : new FrontDoor(10, 1_000_000)) {
            for (int i = 1; i <= 5; i++) {
                int waiting = i;
                door.connect().send("GET /wait HTTP/1.1\nHost: a" + end);
                FrontDoor.await(() -> door.waiting.size() == waiting);
            }
            ArrayByteBufferPool pool = (ArrayByteBufferPool) door.connector.getByteBufferPool();
            long kept = pool.getDirectMemory() - pool.getAvailableDirectMemory();
            assertThat(door.held()).isGreaterThan(kept + 5 * 6144);
        }
    }

    /** Over TLS HTTP has an end point of its own, which tells of the same. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void unfinishedHeadsAreClosedWhereTheyHoldTooMuch(boolean secure) throws Exception {
        try (FrontDoor door =
                secure ? FrontDoor.secure(10, 160_000, Duration.ofSeconds(75)) : new FrontDoor(10, 160_000)) {
            String unfinished = "GET / HTTP/1.1\nHost: a\nA: " + "x".repeat(1800);
            Wire oldest = door.connect().send(unfinished);
            for (int i = 1; i < 4; i++) {
                int heads = i;
                FrontDoor.await(() -> door.unfinishedHeads() == heads);
                Wire client = door.connect().send(unfinished);
                if (i == 3) {
                    assertThat(oldest.readToEnd()).isEmpty();
                    assertThat(client.send("\n\n").read().status()).isEqualTo(200);
                }
            }
        }
    }

    /** "answers that are awaited or not taken": two are more than the bound allows. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answersThatAreNotTakenAreClosedWhereTheyHoldTooMuch(boolean secure) throws Exception {
        long bound = FrontDoor.LARGE_BYTES * 3L / 2;
        try (FrontDoor door = secure ? FrontDoor.secure(10, bound, Duration.ofSeconds(75)) : new FrontDoor(10, bound)) {
            Wire oldest = door.connect().send("GET /large HTTP/1.1\nHost: a\n\n");
            FrontDoor.await(() -> door.held() >= FrontDoor.LARGE_BYTES);
            Wire youngest = door.connect().send("GET /large HTTP/1.1\nHost: a\n\n");
            assertThat(youngest.read().body()).hasSize(FrontDoor.LARGE_BYTES);
            assertThat(oldest.readToEnd().length()).isLessThan(FrontDoor.LARGE_BYTES);
        }
    }

    /** "nothing leaked": neither by a request that is answered, nor by one that is refused or that nobody handles. */
    @ParameterizedTest
    @CsvSource({"GET / HTTP/1.1, 200", "OPTIONS * HTTP/1.1, 404", "GET ftp://a/ HTTP/1.1, 400", "GET / HTTP/1.9, 505"})
    void afterAnAnswerNothingIsHeld(String line, int status) throws Exception {
        try (FrontDoor door = new FrontDoor(10, Long.MAX_VALUE)) {
            Wire client = door.connect().send(line + "\nHost: a\n\n");
            assertThat(client.read().status()).isEqualTo(status);
            FrontDoor.await(() -> door.held() == 0);
            // Nor was that for want of the connection: one that ends lingers for 5 s.
            assertThat(door.open()).isEqualTo(1);
        }
    }

    /** Nor by an answer that fails on its way. No thread waits for a client that does not take it: this one would. */
    @ParameterizedTest
    @ValueSource(strings = {"/broken", "/broken-large"})
    void anAnswerThatFailsEndsItsConnection(String path) throws Exception {
        try (FrontDoor door = new FrontDoor(10, Long.MAX_VALUE)) {
            Wire client = door.connect().send("GET " + path + " HTTP/1.1\nHost: a\n\n");
            FrontDoor.await(() -> !door.waiting.isEmpty());
            ClientEndPoint kept = (ClientEndPoint)
                    door.connector.getConnectedEndPoints().iterator().next();
            door.answerOne();
            assertThat(client.readToEnd()).startsWith("HTTP/1.1 200 ").doesNotEndWith("\r\n0\r\n\r\n");
            FrontDoor.await(() -> !kept.request().isAnswering());
        }
    }

    /** CONTRACT 6.1: one line a request, that which no web application sees included. */
    @ParameterizedTest
    @CsvSource({"OPTIONS *, 404, *", "OPTIONS ?x, 404, *", "GET ftp://a/b, 400, /b", "GET /c, 431, /c"})
    void whatTheApplicationDoesNotSeeIsLoggedWithItsDuration(String request, int status, String path) throws Exception {
        try (FrontDoor door = new FrontDoor(10, Long.MAX_VALUE);
                LogLines log = LogLines.of("path=" + path + " status=" + status)) {
            String fields = "Host: a\n" + "b: c\n".repeat(status == 431 ? FrontHandler.MAX_FIELDS : 1);
            assertThat(door.connect()
                            .send(request + " HTTP/1.1\n" + fields + "\n")
                            .read()
                            .status())
                    .isEqualTo(status);
            assertThat(log.awaited(1).get(0)).matches(".* cache_hit=false duration=\\d{1,5}\\.\\d+ms.*");
        }
    }
}
