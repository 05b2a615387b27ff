// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Answer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One fetch and those who wait for it. */
final class SharedFetch {
    /** Complete when the fetch is: with what it brought, or else with the fallback. */
    final CompletableFuture<Answer> answer = new CompletableFuture<>();

    /** Complete when the fetch is or the wait for it is over, whichever is first. */
    final CompletableFuture<Answer> answerOrStale = new CompletableFuture<>();

    /** What there was when the fetch began. */
    private final Answer fallback;

    SharedFetch(@Nullable Entry known) {
        fallback = known == null ? Answer.NONE : known.stale.join();
    }

    /**
     * Returns what a request waits for. What existed when the fetch began decides: the fetch may have ended since, and the
     * wait before that.
     */
    CompletableFuture<Answer> forRequest() {
        return fallback == Answer.NONE ? answer : answerOrStale;
    }

    /** Has those who have a document to fall back to wait no longer. */
    void releaseWaiters() {
        answerOrStale.complete(fallback);
    }

    void complete(Answer result) {
        answer.complete(result);
        answerOrStale.complete(result);
    }
}
