// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.Waiting;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 1.7: "nothing leaked": a request that is over is not kept by what it waited for. */
class WaiterTest {
    private final CompletableFuture<String> future = new CompletableFuture<>();
    private final Waiters waiters = new Waiters();
    private final List<String> sent = new ArrayList<>();
    private int completed;
    private int cannotComplete;
    private WeakReference<HttpServletRequest> request;

    @ParameterizedTest
    @ValueSource(strings = {"error", "complete", "timeout"})
    void aRequestThatIsOverIsNotKept(String end) throws Exception {
        Waiter<String> waiter = wait(future);
        switch (end) {
            case "error" -> waiter.onError(null);
            case "complete" -> waiter.onComplete(null);
            default -> waiter.onTimeout(null);
        }
        WeakReference<Waiter<String>> over = new WeakReference<>(waiter);
        waiter = null;
        Waiting.until(() -> {
            System.gc();
            return request.get() == null && over.get() == null;
        });
        future.complete("late");
        assertThat(sent).isEqualTo(end.equals("timeout") ? List.of("fallback") : List.of());
        assertThat(completed).isEqualTo(end.equals("timeout") ? 1 : 0);
    }

    @Test
    void whatTheFutureBringsIsSentOnce() throws Exception {
        Waiter<String> waiter = wait(future);
        future.complete("answer");
        waiter.onTimeout(null);
        assertThat(sent).containsExactly("answer");
        assertThat(completed).isEqualTo(1);
    }

    @Test
    void allWhoWaitGetWhatTheFutureBringsAndWhoeverComesLater() throws Exception {
        wait(future);
        wait(future).onComplete(null);
        wait(future);
        future.complete("answer");
        wait(future);
        assertThat(sent).containsExactly("answer", "answer", "answer");
    }

    /** The container ends a request in the moment in which its answer comes. */
    @Test
    void aRequestThatCannotBeEndedKeepsTheAnswerFromNoOther() throws Exception {
        wait(future);
        cannotComplete = 2;
        wait(future);
        wait(future);
        future.complete("answer");
        assertThat(sent).containsExactly("answer", "answer", "answer");
        assertThat(cannotComplete).isZero();
    }

    @Test
    void aFutureThatFailsIsTheFallback() throws Exception {
        wait(future);
        future.completeExceptionally(new IllegalStateException());
        assertThat(sent).containsExactly("fallback");
    }

    @Test
    void aRequestWhoseAnswerCannotBeMadeIsCompleted() throws Exception {
        wait(future);
        future.complete("");
        assertThat(completed).isEqualTo(1);
    }

    private Waiter<String> wait(CompletableFuture<String> awaited) {
        HttpServletRequest waiting = fake(HttpServletRequest.class);
        request = new WeakReference<>(waiting);
        AsyncContext context = fake(AsyncContext.class);
        Waiter<String> waiter = new Waiter<>(
                waiters,
                awaited,
                context,
                waiting,
                fake(HttpServletResponse.class),
                (value, req, res) -> {
                    sent.add(value);
                    if (value.isEmpty()) {
                        throw new IllegalStateException();
                    }
                    context.complete();
                },
                "fallback");
        waiters.add(awaited, waiter);
        return waiter;
    }

    private <T> T fake(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().equals("complete")) {
                        if (cannotComplete > 0) {
                            cannotComplete--;
                            throw new IllegalStateException("for a test");
                        }
                        completed++;
                    }
                    return null;
                }));
    }
}
