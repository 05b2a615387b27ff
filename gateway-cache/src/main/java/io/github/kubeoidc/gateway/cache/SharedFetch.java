// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Answer;
import io.github.kubeoidc.gateway.api.CacheStatus;
import io.github.kubeoidc.gateway.api.DocumentKind;
import java.time.Duration;
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

    /** Completed by {@link Upstream} once it has a key set or a failure; whether that key set is accepted may take longer. */
    final CompletableFuture<Void> answered = new CompletableFuture<>();

    final DocumentKind kind;

    /** The document that was there when the fetch began, and is until it ends; {@code null} where there was none. */
    final @Nullable Entry known;

    /** How the fetch before it ended. */
    final Attempt last;

    /** On the monotonic clock. */
    final long begunAt;

    SharedFetch(DocumentKind kind, @Nullable Entry known, Attempt last, long begunAt) {
        this.kind = kind;
        this.known = known;
        this.last = last;
        this.begunAt = begunAt;
    }

    /**
     * Returns the future for which a request waits. The entry that existed when the fetch began decides which: the fetch, or the
     * wait for it, may have ended since.
     */
    CompletableFuture<Answer> forRequest() {
        return known == null ? answer : answerOrStale;
    }

    /** Ends the wait of the requests that have a document to fall back to. */
    void releaseWaiters() {
        answerOrStale.complete(fallback());
    }

    private Answer fallback() {
        return known == null ? Answer.NONE : known.stale.join();
    }

    Duration took(long endedAt) {
        return Duration.ofNanos(endedAt - begunAt);
    }

    private static boolean isFetched(Answer answer) {
        return answer.status() == CacheStatus.MISS;
    }

    /** Answers all who wait with what the fetch has brought. */
    void complete(Answer fetched) {
        answer.complete(fetched);
        answerOrStale.complete(fetched);
    }

    /** Answers all who wait with what there was before. */
    void completeWithoutDocument() {
        complete(fallback());
    }
}
