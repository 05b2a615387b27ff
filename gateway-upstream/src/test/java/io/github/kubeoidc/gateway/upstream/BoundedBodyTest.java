// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 2.2: the size of a body. */
class BoundedBodyTest {
    private static final class Connection implements Flow.Subscription {
        private long requested;
        private int cancelled;

        @Override
        public void request(long n) {
            requested += n;
        }

        @Override
        public void cancel() {
            cancelled++;
        }
    }

    private final Connection connection = new Connection();
    private final BoundedBody body = new BoundedBody(4, 0);

    private static List<ByteBuffer> buffers(int... sizes) {
        return Arrays.stream(sizes).mapToObj(ByteBuffer::allocate).toList();
    }

    private CompletableFuture<byte[]> result() {
        return body.getBody().toCompletableFuture();
    }

    @Test
    void aBodyIsCompleteOnlyAtItsEnd() {
        body.onSubscribe(connection);
        assertThat(connection.requested).isPositive();
        body.onNext(List.of(ByteBuffer.wrap(new byte[] {1, 2}), ByteBuffer.wrap(new byte[] {3})));
        body.onNext(List.of(ByteBuffer.wrap(new byte[] {4})));
        assertThat(result()).isNotDone();
        body.onComplete();
        assertThat(result().getNow(new byte[0])).containsExactly(1, 2, 3, 4);
        assertThat(connection.cancelled).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 3, 4, 5, Long.MAX_VALUE})
    void whateverIsAnnouncedTheBodyIsWhatCame(long announced) {
        BoundedBody some = new BoundedBody(4, announced);
        some.onSubscribe(connection);
        some.onNext(List.of(ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {2, 3})));
        some.onComplete();
        assertThat(some.getBody().toCompletableFuture().getNow(new byte[0])).containsExactly(1, 2, 3);
    }

    @Test
    void oneByteBeyondTheLimitCancelsOnceAndForAll() {
        body.onSubscribe(connection);
        body.onNext(buffers(3, 1));
        assertThat(connection.cancelled).isZero();
        body.onNext(buffers(0, 1, 2));
        body.onNext(buffers(1));
        body.onComplete();
        assertThat(connection.cancelled).isEqualTo(1);
        assertThat(result().handle((bytes, failure) -> failure).getNow(null))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        failure -> assertThat(failure.outcome()).isEqualTo(Outcome.TOO_LARGE))
                .hasMessage("the answer is larger than 4 bytes");
    }

    @Test
    void aBrokenConnectionIsAFailureThoughBytesHaveCome() {
        IOException broken = new IOException("broken");
        body.onSubscribe(connection);
        body.onNext(buffers(2));
        body.onError(broken);
        assertThat(result().handle((bytes, failure) -> failure).getNow(null)).isSameAs(broken);
    }

    @Test
    void aBodyThatNobodyWantsIsEmptyAtOnceAndHungUpOn() {
        BoundedBody unwanted = new BoundedBody(BoundedBody.NOTHING, 100);
        unwanted.onSubscribe(connection);
        assertThat(connection.cancelled).isEqualTo(1);
        assertThat(connection.requested).isZero();
        assertThat(unwanted.getBody().toCompletableFuture().getNow(new byte[1])).isEmpty();
    }
}
