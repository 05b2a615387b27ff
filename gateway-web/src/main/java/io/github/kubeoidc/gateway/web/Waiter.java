// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request that waits for a future, without a thread. The future may last far longer than the client: once the container
 * has ended the request, the waiter is among {@link Waiters} no more.
 *
 * @param <T> what the future brings
 */
final class Waiter<T> implements BiConsumer<@Nullable T, @Nullable Throwable>, AsyncListener {
    private static final Logger LOG = LoggerFactory.getLogger(Waiter.class);

    private final AtomicReference<@Nullable Waiting<T>> waiting;
    private final Runnable leave;
    private final T fallback;

    /**
     * Creates it.
     *
     * @param waiters those among which it is
     * @param future the future for which it waits
     * @param fallback what is sent where the future brings nothing before the container's timeout
     */
    Waiter(
            Waiters waiters,
            CompletableFuture<T> future,
            AsyncContext async,
            HttpServletRequest request,
            HttpServletResponse response,
            Sender<T> sender,
            T fallback) {
        this.leave = () -> waiters.remove(future, this);
        this.waiting = new AtomicReference<>(new Waiting<>(async, request, response, sender));
        this.fallback = fallback;
    }

    @Override
    public void accept(@Nullable T value, @Nullable Throwable failure) {
        send(value == null ? fallback : value);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        leave.run();
        send(fallback);
    }

    @Override
    public void onError(AsyncEvent event) {
        leave.run();
        waiting.set(null);
    }

    @Override
    public void onComplete(AsyncEvent event) {
        leave.run();
        waiting.set(null);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Asynchronous processing is started once only.
    }

    private void send(T value) {
        Waiting<T> request = waiting.getAndSet(null);
        if (request != null) {
            request.send(value);
        }
    }

    private record Waiting<T>(
            AsyncContext async, HttpServletRequest request, HttpServletResponse response, Sender<T> sender) {
        private void end() {
            try {
                async.complete();
            } catch (RuntimeException | Error e) {
                // The container has ended the request meanwhile. Others wait for the same future.
                LOG.debug("a request could not be ended", e);
            }
        }

        void send(T value) {
            try {
                sender.send(value, request, response);
            } catch (IOException | RuntimeException | Error e) {
                LOG.debug("an answer could not be sent", e);
                end();
            }
        }
    }
}
