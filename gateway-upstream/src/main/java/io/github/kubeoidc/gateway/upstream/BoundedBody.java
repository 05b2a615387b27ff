// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Collects a body up to a limit, in no more memory than it needs, and hangs up on one that is longer. */
final class BoundedBody implements BodySubscriber<byte[]> {
    /** The limit of a body that nobody wants to see: it is not read, and that is no failure. */
    static final int NOTHING = 0;

    private final int limit;
    private byte[] bytes;
    private int size;
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    /**
     * Begins with nothing.
     *
     * @param limit the most bytes that are taken
     * @param announced the length that the answer announces; 0 where it announces none
     */
    BoundedBody(int limit, long announced) {
        this.limit = limit;
        this.bytes = new byte[(int) Math.max(0, Math.min(announced, limit))];
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        if (limit == NOTHING) {
            subscription.cancel();
            body.complete(new byte[0]);
        } else {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (body.isDone()) {
                return;
            }
            if (buffer.remaining() > limit - size) {
                if (subscription != null) {
                    subscription.cancel();
                }
                body.completeExceptionally(
                        new FetchException(Outcome.TOO_LARGE, "the answer is larger than " + limit + " bytes", null));
                return;
            }
            int length = buffer.remaining();
            if (length > bytes.length - size) {
                bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(size + length, 2 * size)));
            }
            buffer.get(bytes, size, length);
            size += length;
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        byte[] whole = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        // The exchange refers to this as long as the body is looked at, which need not be in memory twice.
        bytes = whole;
        body.complete(whole);
    }
}
