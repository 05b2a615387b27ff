// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CONTRACT 1.7: what a request in progress holds, and since when, is told by its state alone. */
class RequestProgressTest {
    private long now = 5;
    private final RequestProgress request = new RequestProgress(() -> now);

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
        assertThat(request.heap(false)).isEqualTo(5 * 25);
        assertThat(request.isAnswering()).isFalse();
    }

    /** CONTRACT 1.7: "after any storm the gateway is as it was before": what Jetty's parser keeps of a larger head would not be. */
    @Test
    void aHeadOfMoreThan512BytesIsLarge() {
        read("x".repeat(512));
        request.onHead(0);
        assertThat(request.isHeadLarge()).isFalse();
        request.onEnd();
        read("x".repeat(500));
        read("x".repeat(13));
        request.onHead(0);
        assertThat(request.isHeadLarge()).isTrue();
    }

    @Test
    void aRequestThatWaitsHoldsItsHeadAndItsFieldsUntilItEnds() {
        read("GET / HTTP");
        request.onHead(3);
        assertThat(request.isReadingHead()).isFalse();
        assertThat(request.isAnswering()).isTrue();
        assertThat(request.heap(false)).isEqualTo(6144 + 2 * 10 + 3 * 160);

        read("the next request is discarded");
        request.onAnswer(7);
        assertThat(request.heap(true)).isEqualTo(6144 + 2 * 10 + 3 * 160 + 7);
        assertThat(request.heap(false)).isEqualTo(6144 + 2 * 10 + 3 * 160);

        request.onEnd();
        assertThat(request.isAnswering()).isFalse();
        assertThat(request.heap(false)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "true, 'GET / HTTP/1.1|Host:a||'",
        "true, 'GET / HTTP/1.1|A: b|Host: a||'",
        "true, '||'",
        "false, 'GET / HTTP/1.1|Host:a|'",
        "false, 'GET / HTTP/1.1|Host:a||G'",
        "false, 'GET / HTTP/1.1|Host:a||GET / HTTP/1.1|Host:a||'",
        "false, 'GET / HTTP/1.1|Host:a||||'",
        "false, 'GET / HTTP/1.1|Host:a|||'",
        "false, '||GET / HTTP/1.1|Host:a||'",
        "false, ''",
        "false, 'G'"
    })
    void aHeadIsAloneWhereItsReadHasNothingElse(boolean alone, String text) {
        read(text.replace("|", "\r\n"));
        assertThat(request.isHeadAlone()).isEqualTo(alone);
    }

    @Test
    void aHeadInPiecesIsAloneWhereNothingFollowsIt() {
        read("GET / HTTP/1.1\r\nHost:a\r\n\r");
        assertThat(request.isHeadAlone()).isFalse();
        read("\n");
        assertThat(request.isHeadAlone()).isTrue();
        read("GET / HTTP/1.1\r\n\r\n");
        assertThat(request.isHeadAlone()).isFalse();
        request.onHead(1);
        request.onEnd();
        read("GET / HTTP/1.1\r\nHost:a\r\n\r\n");
        assertThat(request.isHeadAlone()).isTrue();
    }

    @Test
    void afterTheLastAnswerNoHeadIsReadAndAnotherTimeBegins() {
        read("GET");
        now += 9;
        request.onLastAnswer();
        assertThat(request.isReadingHead()).isFalse();
        assertThat(request.age()).isZero();
        assertThat(now - request.used()).isEqualTo(9);
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
        assertThat(request.isMethodHead()).isEqualTo(isHead);
    }

    @Test
    void theMethodOfTheNextRequestIsItsOwn() {
        read("HEAD / HTTP/1.1\r\n\r\n");
        request.onHead(0);
        request.onEnd();
        read("GET / HTTP/1.1\r\n\r\n");
        assertThat(request.isMethodHead()).isFalse();
        request.onHead(0);
        request.onEnd();
        read("HEAD / HTTP/1.9");
        assertThat(request.isMethodHead()).isTrue();
    }

    /** "an idle connection ends after `IDLE_TIMEOUT_SECONDS`": what TLS sends by itself is no use. */
    @Test
    void aClockThatIsRestartedIsNoUse() {
        now += 3;
        request.restartClock();
        now += 4;
        assertThat(request.age()).isEqualTo(4);
        assertThat(now - request.used()).isEqualTo(7);
    }

    @Test
    void theFirstByteOfAHeadIsAUseAndTheOthersAreNot() {
        now += 3;
        read("G");
        now += 4;
        read("E");
        assertThat(now - request.used()).isEqualTo(4);
        assertThat(request.age()).isEqualTo(7);
    }

    /** Between two pieces nothing is being written, and yet a thread is about to go on with it. */
    @Test
    void aRequestWhoseAnswerHasBegunWaitsNoMore() {
        read("GET / HTTP/1.1\r\n\r\n");
        request.onHead(0);
        request.onWait();
        request.onAnswer(1);
        assertThat(request.stopWaiting()).isFalse();
        assertThat(request.isAnswering()).isTrue();
    }

    /** CONTRACT 1.7: "an answer not taken within 10 s", however often the client takes a piece of it. */
    @Test
    void theFirstPieceOfAnAnswerIsAUseAndStartsTheClockAndTheOthersDoNot() {
        for (int answer = 0; answer < 2; answer++) {
            read("GET / HTTP/1.1\r\n\r\n");
            request.onHead(0);
            now += 3;
            request.onAnswer(9);
            now += 4;
            request.onAnswer(2);
            assertThat(now - request.used()).isEqualTo(4);
            assertThat(request.age()).isEqualTo(4);
            assertThat(request.heap(true) - request.heap(false)).isEqualTo(2);
            request.onEnd();
        }
    }
}
