// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Waiting;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 1.7: what a request in progress holds, and since when, is told by its state alone. */
class RequestProgressTest {
    private final RequestProgress request = new RequestProgress();

    private void read(String text) {
        // As in a buffer that has what was read before.
        byte[] bytes = ("HEAD /" + text).getBytes(StandardCharsets.US_ASCII);
        request.onRead(ByteBuffer.wrap(bytes), text.length());
    }

    @Test
    void anUnfinishedHeadHoldsTwentyFiveTimesItsBytes() {
        assertThat(request.isReadingHead()).isFalse();
        assertThat(request.heap(false)).isZero();
        read("GET");
        read(" /");
        assertThat(request.isReadingHead()).isTrue();
        assertThat(request.headBytes()).isEqualTo(5);
        assertThat(request.heap(false)).isEqualTo(5 * 25);
        assertThat(request.isAnswering()).isFalse();
    }

    @Test
    void aRequestThatWaitsHoldsItsHeadAndItsFieldsUntilItEnds() {
        read("GET / HTTP");
        request.begins(3);
        assertThat(request.isReadingHead()).isFalse();
        assertThat(request.isAnswering()).isTrue();
        assertThat(request.heap(false)).isEqualTo(6144 + 2 * 10 + 3 * 160);

        read("the next request is discarded");
        assertThat(request.headBytes()).isZero();
        request.onAnswer(7);
        assertThat(request.heap(true)).isEqualTo(6144 + 2 * 10 + 3 * 160 + 7);
        assertThat(request.heap(false)).isEqualTo(6144 + 2 * 10 + 3 * 160);

        request.ends();
        assertThat(request.isAnswering()).isFalse();
        assertThat(request.heap(false)).isZero();
    }

    @Test
    void afterTheLastAnswerNoHeadIsRead() {
        read("GET");
        Waiting.until(() -> request.age() > 1_000_000);
        assertThat(timeOf(request::age, request::onLastAnswer)).isTrue();
        assertThat(request.isReadingHead()).isFalse();
    }

    /** CONTRACT 1.4: "HEAD gets no body from whoever answers it, the parser included", however its bytes arrive. */
    @ParameterizedTest
    @CsvSource({
        "'HEAD ', true",
        "'HEAD|', false",
        "'HEAD| /', true",
        "'H|E|A|D| ', true",
        "'\r\n|\n\rHE|AD /', true",
        "'HEADS ', false",
        "'HEA', false",
        "'head ', false",
        "'HE\r\nAD ', false",
        "'GET HEAD ', false",
        "'GHEAD ', false",
        "'HHEAD ', false"
    })
    void theMethodHeadIsKnownByItsBytes(String pieces, boolean isHead) {
        for (String piece : pieces.replace("\\r", "\r").replace("\\n", "\n").split("\\|")) {
            read(piece);
        }
        assertThat(request.isReadingHeadMethod()).isEqualTo(isHead);
    }

    @Test
    void theMethodOfTheNextRequestIsItsOwn() {
        read("HEAD / HTTP/1.1\r\n\r\n");
        request.begins(0);
        request.ends();
        read("GET / HTTP/1.1\r\n\r\n");
        assertThat(request.isReadingHeadMethod()).isFalse();
        request.begins(0);
        request.ends();
        read("HEAD / HTTP/1.9");
        assertThat(request.isReadingHeadMethod()).isTrue();
    }

    /** "an idle connection ends after `IDLE_TIMEOUT_SECONDS`": what TLS sends by itself is no use. */
    @Test
    void aClockThatIsRestartedIsNoUse() {
        Waiting.until(() -> request.age() > 1_000_000);
        assertThat(timeOf(request::age, request::restartClock)).isTrue();
        long age = request.age();
        assertThat(age).isLessThan(request.idle());
    }

    @Test
    void theFirstByteOfAHeadIsAUseAndTheOthersAreNot() {
        Waiting.until(() -> request.idle() > 1_000_000);
        assertThat(timeOf(request::idle, () -> read("G"))).isTrue();
        long before = request.idle();
        read("E");
        assertThat(request.idle()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void aPartOfAnAnswerIsAUseAndStartsTheClock() {
        Waiting.until(() -> request.idle() > 1_000_000);
        assertThat(timeOf(request::idle, () -> request.onAnswer(1))).isTrue();
        Waiting.until(() -> request.age() > 1_000_000);
        assertThat(timeOf(request::age, () -> request.onAnswer(1))).isTrue();
    }

    /** Whether a time begins anew by an event. */
    private static boolean timeOf(LongSupplier nanos, Runnable event) {
        long before = System.nanoTime();
        event.run();
        long passed = nanos.getAsLong();
        return passed >= 0 && passed <= System.nanoTime() - before;
    }
}
