// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One fetch and the requests that wait for it. */
final class SharedFetch {
    /** Complete when the fetch is: with the document that it brought, or else with what is served instead. */
    final CompletableFuture<Answer> answer = new CompletableFuture<>();

    /** Complete when the fetch is or the wait for it is over, whichever is first. */
    final CompletableFuture<Answer> answerOrStale = new CompletableFuture<>();

    /** Whether the fetch brings a document. All probes wait for this one future: each of their own would be kept until the fetch ends. */
    final CompletableFuture<Boolean> healthy = answer.thenApply(SharedFetch::isFetched);

    /** Whether it does so before the wait for it is over. */
    final CompletableFuture<Boolean> healthySoon = answerOrStale.thenApply(SharedFetch::isFetched);

    /** On the monotonic clock. */
    final long begunAt;

    /** The stale document that was there when the fetch began; {@link Answer#NONE} where there was none. */
    private final Answer fallback;

    SharedFetch(@Nullable Entry known, long begunAt) {
        this.begunAt = begunAt;
        fallback = known == null ? Answer.NONE : known.stale.join();
    }

    /**
     * Returns the future for which a request waits. The entry that existed when the fetch began decides which: the fetch, or the
     * wait for it, may have ended since.
     */
    CompletableFuture<Answer> forRequest() {
        return fallback == Answer.NONE ? answer : answerOrStale;
    }

    /** Ends the wait of the requests that have a document to fall back to. */
    void releaseWaiters() {
        answerOrStale.complete(fallback);
    }

    private static boolean isFetched(Answer answer) {
        return answer.status() == CacheStatus.MISS;
    }

    void complete(Answer result) {
        answer.complete(result);
        answerOrStale.complete(result);
    }
}
