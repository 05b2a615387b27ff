// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.upstream.FetchErrors.NotConnectedException;
import io.github.kubeoidc.gateway.upstream.JettyClient.Route;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * The API server: its addresses, and the connections that are kept to it. A request goes over a kept connection, or over a
 * new one to the first address that answers it.
 */
final class ApiServer implements AutoCloseable {
    private final UpstreamAddress upstream;
    private final FetchErrors errors;
    private final Duration timeout;
    private final JettyClient client;
    private final Deque<Link> kept = new ConcurrentLinkedDeque<>();

    ApiServer(
            URI url,
            FetchErrors errors,
            Duration timeout,
            ExecutorService executor,
            Executor readers,
            ScheduledExecutorService timer,
            Names names) {
        this.errors = errors;
        this.timeout = timeout;
        this.upstream = new UpstreamAddress(url, timeout, names, readers);
        // A call abandons its attempts itself; this frees their sockets.
        this.client = new JettyClient(upstream, timeout.plusSeconds(1), executor, timer);
    }

    /** Begins a GET, whose bound in time the caller watches. */
    Call call(String path) {
        return new Call(path);
    }

    /** Closes all connections. */
    @Override
    public void close() {
        client.close();
    }

    /** Takes a kept connection that was trusted as connections are now, to an address that has not failed since. */
    private @Nullable Link takeKept(@Nullable SSLContext tls) {
        for (Link link = kept.poll(); link != null; link = kept.poll()) {
            if (link.isOpen()
                    && link.route().tls() == tls
                    && !upstream.isWithdrawn(link.route().address())) {
                return link;
            }
            link.close();
        }
        return null;
    }

    private void closeKept() {
        for (Link link = kept.poll(); link != null; link = kept.poll()) {
            link.close();
        }
    }

    /** One GET. */
    final class Call {
        private final URI uri;
        private final long end = System.nanoTime() + timeout.toNanos();
        private final AtomicReference<@Nullable Runnable> abandon = new AtomicReference<>();
        private volatile boolean stopped;
        private volatile @Nullable InetSocketAddress answering;
        private Exchange.@Nullable Answer serverError;
        private @Nullable Throwable problem;

        private Call(String path) {
            uri = URI.create(upstream.url() + path);
        }

        /** Ends the exchange at once, if it goes on. From any thread. */
        void stop() {
            stopped = true;
            Runnable inProgress = abandon.getAndSet(null);
            if (inProgress != null) {
                inProgress.run();
            }
        }

        /** What came is of no use: the next call begins with another address. From any thread. */
        void refuse() {
            InetSocketAddress address = answering;
            if (address != null) {
                upstream.withdraw(address);
            }
        }

        private void onStop(Runnable action) {
            abandon.set(action);
            if (stopped) {
                stop();
            }
        }

        /**
         * Returns the answer, whatever its status. Blocks until then, or until the call is stopped. An address is asked once, and
         * the next one where it gives no answer, or a 5xx. With one exception: where a kept connection ends before an answer
         * begins, upstream had closed it, and is asked once more on a new one (RFC 9112, section 9.3.1).
         *
         * @param token authorizes the request; {@code null} for a request that nothing authorizes
         * @param tls whom to trust; {@code null} for no TLS
         */
        Exchange.Answer get(@Nullable String token, @Nullable SSLContext tls)
                throws FetchException, InterruptedException {
            Link link = stopped ? null : takeKept(tls);
            InetSocketAddress asked = null;
            if (link != null) {
                Exchange exchange = new Exchange(link.route().head());
                Exchange.Answer answer = attempt(link, exchange, token, Long.MAX_VALUE);
                if (answer != null) {
                    return answer;
                }
                // The others would fail in the same way.
                closeKept();
                if (serverError != null || exchange.isAnswering() || FetchErrors.isOfAnAnswer(problem)) {
                    asked = link.route().address();
                    upstream.withdraw(asked);
                } else {
                    // The connection was kept: any other failure says only that it had ended.
                    problem = null;
                }
            }
            try {
                return askAnyAddress(token, tls, asked);
            } catch (UnknownHostException e) {
                throw errors.explain(e);
            }
        }

        private Exchange.Answer askAnyAddress(
                @Nullable String token, @Nullable SSLContext tls, @Nullable InetSocketAddress asked)
                throws FetchException, UnknownHostException, InterruptedException {
            List<InetSocketAddress> addresses = stopped ? new ArrayList<>() : upstream.resolve();
            addresses.remove(asked);
            for (int i = 0; !stopped && i < addresses.size(); i++) {
                InetSocketAddress address = addresses.get(i);
                int left = addresses.size() - i;
                // An address that does not answer leaves the same time for each of the others.
                long turnEnds = left == 1 ? Long.MAX_VALUE : System.nanoTime() + (end - System.nanoTime()) / left;
                Link link = client.connect(new Route(address, tls));
                try {
                    onStop(link::close);
                    await(link.connected(), turnEnds);
                    Exchange.Answer answer =
                            attempt(link, new Exchange(link.route().head()), token, turnEnds);
                    if (answer != null) {
                        return answer;
                    }
                } catch (ExecutionException | TimeoutException e) {
                    link.close();
                    problem = problem == null ? new NotConnectedException(e) : problem;
                }
                upstream.withdraw(address);
            }
            if (serverError != null) {
                return serverError;
            }
            throw errors.explain(problem == null ? new AsynchronousCloseException() : problem);
        }

        /** Asks on a connection. {@code null} where another address may have a better answer; the fields say why. */
        private Exchange.@Nullable Answer attempt(Link link, Exchange exchange, @Nullable String token, long turnEnds)
                throws FetchException, InterruptedException {
            answering = link.route().address();
            try {
                Exchange.Answer answer = ask(link, exchange, token, turnEnds);
                if (!HttpStatus.isServerError(answer.status())) {
                    if (answer.isOk()) {
                        upstream.prove(link.route().address());
                    }
                    return answer;
                }
                serverError = answer;
            } catch (ExecutionException e) {
                problem = link.route().why(e.getCause());
                if (problem instanceof FetchException tooLarge) {
                    throw tooLarge;
                }
            } catch (TimeoutException e) {
                problem = errors.explainSilence(timeout.minusNanos(end - System.nanoTime()));
            }
            return null;
        }

        /** Asks on a connection, which is kept where it can be, and closed otherwise. */
        private Exchange.Answer ask(Link link, Exchange exchange, @Nullable String token, long turnEnds)
                throws ExecutionException, TimeoutException, InterruptedException {
            boolean good = false;
            try {
                Request request = client.newRequest(uri, token).onRequestListener(exchange);
                onStop(() -> {
                    // The next call begins with another one.
                    upstream.withdraw(link.route().address());
                    link.close();
                    exchange.fail(new AsynchronousCloseException());
                });
                link.route().head().begin();
                link.connected().join().send(request, exchange);
                await(exchange.sent(), turnEnds);
                Exchange.Answer answer = exchange.answer().get();
                good = !stopped && answer.isOk();
                return answer;
            } finally {
                abandon.set(null);
                if (good) {
                    kept.push(link);
                } else {
                    link.close();
                }
            }
        }

        private static void await(Future<?> future, long until)
                throws ExecutionException, TimeoutException, InterruptedException {
            if (until == Long.MAX_VALUE) {
                future.get();
            } else {
                future.get(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        }
    }
}
