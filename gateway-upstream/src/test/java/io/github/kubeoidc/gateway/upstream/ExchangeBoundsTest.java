// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static io.github.kubeoidc.gateway.upstream.Failures.assertFailure;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.testsupport.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2.2: one exchange is bounded in time and in size. */
class ExchangeBoundsTest extends AgainstRawServer {
    private static final int MIB = 1024 * 1024;

    @BeforeEach
    void open() {
        bench.open(server);
    }

    // "the whole exchange, from name resolution to the last byte of the body, within UPSTREAM_TIMEOUT_SECONDS"
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"keys\":",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"key\r\n",
                "HTTP/1.1 200 OK\r\n\r\n{\"keys\":[{\"kty\":\"RSA\"}]}",
                "HTTP/1.1 100 Continue\r\n\r\n",
            })
    void anUpstreamThatHangsAnywhereIsHungUpOnAtTheDeadline(String beginning) throws InterruptedException {
        server.reply(beginning, "");
        CompletableFuture<Document> fetch = bench.begin(DocumentKind.JWKS);
        assertThat(server.isAsked()).isTrue();
        assertThat(fetch).isNotDone();
        bench.timer.expire();
        assertFailure(Bench.failure(fetch), Outcome.TIMEOUT, "timed out after 7s");
        assertThat(server.isHungUpOn()).isTrue();
    }

    // 3.3: a process whose heap runs out ends, and what it has to serve with it
    @Test
    void aDocumentThatTheHeapHasNoRoomForIsRefusedAndAnOrdinaryOneIsNot() {
        String large = Bench.JWKS + " ".repeat(Headroom.UNCHECKED_BYTES);
        bench.free = () -> 0;
        server.document(large);
        FetchException failure = bench.failure(DocumentKind.JWKS);
        assertThat(failure.outcome()).isEqualTo(Outcome.TOO_LARGE);
        assertThat(failure).hasMessageStartingWith("no room in the heap for the answer");
        server.document(Bench.JWKS);
        assertThat(bench.fetch(DocumentKind.JWKS).json()).asString().isEqualTo(Bench.JWKS);
    }

    // 3.3: two that are validated at once may take more of the heap than there is; 2.2: the one that waits has its
    // deadline
    @Test
    void largeDocumentsAreValidatedOneAfterTheOtherAndTheOneThatWaitsHasItsDeadline() throws Exception {
        AtomicInteger validating = new AtomicInteger();
        CountDownLatch release = new CountDownLatch(1);
        bench.free = () -> {
            validating.incrementAndGet();
            Waiting.until(() -> release.getCount() == 0);
            return Long.MAX_VALUE;
        };
        server.document(padded(Headroom.UNCHECKED_BYTES + 1));
        CompletableFuture<Document> first = bench.begin(DocumentKind.JWKS);
        Waiting.until(() -> validating.get() == 1);
        CompletableFuture<Document> second = bench.begin(DocumentKind.JWKS);
        Waiting.until(bench.source.largeDocument::hasQueuedThreads);
        bench.timer.expire();
        assertThat(Bench.failure(first).outcome()).isEqualTo(Outcome.TIMEOUT);
        assertThat(Bench.failure(second).outcome()).isEqualTo(Outcome.TIMEOUT);
        assertThat(validating).hasValue(1);
        release.countDown();
        // The second does not go on: it failed while it waited.
        assertThat(bench.fetch(DocumentKind.JWKS).json()).hasSize(Headroom.UNCHECKED_BYTES + 1);
        assertThat(validating).hasValue(2);
    }

    @Test
    void aLargeDocumentThatIsRefusedDoesNotHoldUpTheNext() {
        server.document("{" + " ".repeat(Headroom.UNCHECKED_BYTES));
        assertThat(bench.failure(DocumentKind.JWKS).outcome()).isEqualTo(Outcome.INVALID);
        server.document(padded(Headroom.UNCHECKED_BYTES + 1));
        bench.fetch(DocumentKind.JWKS);
    }

    @Test
    void oneDeadlineCoversTheWholeExchangeHoweverItDribbles() throws InterruptedException {
        CountDownLatch dribbled = new CountDownLatch(20);
        server.reply((out, socket) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write("X: y\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                dribbled.countDown();
                if (dribbled.getCount() == 0) {
                    return;
                }
            }
        });
        CompletableFuture<Document> fetch = bench.begin(DocumentKind.JWKS);
        assertThat(dribbled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(bench.timer.deadlines())
                .singleElement()
                .satisfies(deadline -> assertThat(deadline.delay()).isEqualTo(Duration.ofSeconds(7)));
        bench.timer.expire();
        assertThat(Bench.failure(fetch).outcome()).isEqualTo(Outcome.TIMEOUT);
        assertThat(server.isHungUpOn()).isTrue();
    }

    @Test
    void theDeadlineRunsFromTheCallOfFetchAndIsCancelledByItsEnd() {
        server.document(Bench.JWKS);
        CompletableFuture<Document> fetch = bench.begin(DocumentKind.JWKS);
        assertThat(bench.timer.deadlines()).hasSize(1);
        assertThat(fetch).succeedsWithin(Duration.ofSeconds(20));
        // The caller may see the end a moment before the deadline does.
        Waiting.until(this::allDeadlinesAreCancelled);
        server.document("{}");
        bench.failure(DocumentKind.JWKS);
        assertThat(bench.timer.deadlines()).hasSize(2);
        Waiting.until(this::allDeadlinesAreCancelled);
    }

    private boolean allDeadlinesAreCancelled() {
        return bench.timer.deadlines().stream()
                .allMatch(deadline -> deadline.future().isCancelled());
    }

    // A request that waits for the result must not be run by the timer, which others need.
    @Test
    void aDeadlineIsNotMetOnTheTimersThread() {
        CompletableFuture<Thread> completing = new CompletableFuture<>();
        bench.begin(DocumentKind.JWKS).whenComplete((document, failure) -> completing.complete(Thread.currentThread()));
        bench.timer.expire();
        assertThat(completing).succeedsWithin(Duration.ofSeconds(20)).isNotSameAs(Thread.currentThread());
    }

    // 3.4: a fetch that never ended would be the document's last one
    @Test
    void aDeadlineIsMetWhereTheSystemHasNoThreadForIt() throws InterruptedException {
        CompletableFuture<Document> fetch = bench.begin(DocumentKind.JWKS);
        assertThat(server.isAsked()).isTrue();
        bench.refuseThreads();
        bench.timer.expire();
        assertThat(Bench.failure(fetch).outcome()).isEqualTo(Outcome.TIMEOUT);
    }

    @Test
    void oneExchangeThatTimesOutCostsTheOtherNothing() throws InterruptedException {
        CompletableFuture<Document> hanging = bench.begin(DocumentKind.JWKS);
        assertThat(server.isAsked()).isTrue();
        server.document(Bench.DISCOVERY);
        bench.fetch(DocumentKind.DISCOVERY);
        assertThat(hanging).isNotDone();
        bench.timer.expire();
        Bench.failure(hanging);
        bench.fetch(DocumentKind.DISCOVERY);
    }

    // "at most 1 MiB"
    @Test
    void oneMebibyteIsAccepted() {
        server.document(padded(MIB));
        assertThat(bench.fetch(DocumentKind.JWKS).json()).hasSize(MIB);
        server.reply(chunked(padded(MIB)), "");
        assertThat(bench.fetch(DocumentKind.JWKS).json()).hasSize(MIB);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneByteMoreIsRefusedAndHungUpOn(boolean inChunks) throws InterruptedException {
        if (inChunks) {
            server.reply(chunked(padded(MIB + 1)), "");
        } else {
            server.document(padded(MIB + 1));
        }
        assertTooLarge();
    }

    @Test
    void aBodyWithoutEndIsRefusedAndHungUpOn() throws InterruptedException {
        byte[] spaces = " ".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
        server.reply((out, socket) -> {
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(spaces);
            }
        });
        assertTooLarge();
    }

    private void assertTooLarge() throws InterruptedException {
        bench.assertFailure(Outcome.TOO_LARGE, "the answer is larger than 1048576 bytes");
        assertThat(server.isHungUpOn()).isTrue();
    }

    // 2.2 bounds the whole exchange: what is left of one that broke is a connection that nobody closes any more.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/2.0 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
            })
    void aHeadThatCannotBeReadIsHungUpOn(String head) throws InterruptedException {
        server.reply(head, "");
        bench.assertFailure(Outcome.IO, "the answer is not valid HTTP, or was cut short");
        assertThat(server.isHungUpOn()).isTrue();
        server.document(Bench.JWKS);
        bench.fetch(DocumentKind.JWKS);
    }

    // Jetty remembers each of them as long as more can be read.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 100 C\r\n\r\n",
                "HTTP/1.1 102 P\r\n\r\n",
                "HTTP/1.1 199 X\r\n\r\n",
                "HTTP/1.1 103 E\r\nLink: a\r\n\r\n",
            })
    void interimAnswersWithoutEndAreHungUpOn(String interim) throws InterruptedException {
        AtomicLong sent = new AtomicLong();
        byte[] some = interim.repeat(1000).getBytes(StandardCharsets.US_ASCII);
        server.reply((out, socket) -> {
            while (sent.get() < 64 * MIB) {
                out.write(some);
                sent.addAndGet(some.length);
            }
        });
        assertThat(bench.failure(DocumentKind.JWKS)).hasMessage("the answer is not valid HTTP, or was cut short");
        assertThat(server.isHungUpOn()).isTrue();
        // What the kernel holds, and little more.
        assertThat(sent).hasValueLessThan(16 * MIB);
        server.document(Bench.JWKS);
        bench.fetch(DocumentKind.JWKS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 100 C\r\n\r\n", "HTTP/1.1 102 P\r\n\r\n", "HTTP/1.1 103 E\r\nLink: a\r\n\r\n"})
    void someInterimAnswersAreNoFailureOnAConnectionThatIsKept(String interim) {
        server.reply(interim.repeat(1500) + "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", Bench.JWKS);
        for (int i = 0; i < 5; i++) {
            bench.fetch(DocumentKind.JWKS);
        }
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void aHeadThatCannotBeReadCostsAnotherExchangeNothing() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        server.document(Bench.DISCOVERY, release);
        CompletableFuture<Document> other = bench.begin(DocumentKind.DISCOVERY);
        assertThat(server.isAsked()).isTrue();
        server.reply("HTTP/1.1 abc OK\r\n\r\n", "");
        bench.failure(DocumentKind.JWKS);
        release.countDown();
        assertThat(other).succeedsWithin(Duration.ofSeconds(20));
    }

    // The body of a failure is not read: one without end is no reason to wait.
    @Test
    void theBodyOfAnotherStatusIsNotWaitedFor() throws InterruptedException {
        server.reply("HTTP/1.1 503 X\r\nContent-Length: 1000000\r\n\r\nx", "");
        assertThat(bench.failure(DocumentKind.JWKS)).hasMessage("503: only 200 counts");
        assertThat(server.isHungUpOn()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n{\"keys\":[{\"kty\":\"RSA\"}]}",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n19\r\n{\"keys\":[{\"kty\":\"RSA\"}]}\r\n",
            })
    void anAnswerCutShortIsAFailure(String beginning) {
        server.replyAndClose(beginning);
        FetchException failure = bench.failure(DocumentKind.JWKS);
        assertThat(failure.outcome()).isEqualTo(Outcome.IO);
        assertThat(failure.getMessage())
                .isIn(
                        "connection broken before the answer was complete",
                        "the answer is not valid HTTP, or was cut short");
    }

    private static String padded(int length) {
        return Bench.JWKS + " ".repeat(length - Bench.JWKS.length());
    }

    private static String chunked(String body) {
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n"
                + body + "\r\n0\r\n\r\n";
    }
}
