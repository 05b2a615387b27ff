// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentSource;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fetches documents from the API server with the ServiceAccount token. The token goes to {@code UPSTREAM_HOST} only: no
 * redirect is followed and no proxy is used. One exchange is bounded in time, from name resolution to the last byte, and in
 * size. Token and CA files are read anew for every fetch.
 */
public final class UpstreamSource implements DocumentSource, AutoCloseable {
    // An API server answers 406 on the JWKS path to application/json alone.
    private static final String ACCEPT = "application/jwk-set+json, application/json;q=0.9, */*;q=0.1";
    private static final int OK = 200;
    private static final long THREAD_KEEP_ALIVE_SECONDS = 10;
    private static final Duration STOP_BOUND = Duration.ofSeconds(5);

    private final URI upstreamHost;
    private final Duration timeout;
    private final ScheduledExecutorService timer;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final ExecutorService executor = newExecutor(threads);
    private final Set<CompletableFuture<Document>> inFlight = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private final TokenFile token;
    private final TlsClients clients;
    private final Headroom headroom;
    private final Object accepting = new Object();

    private UpstreamSource(GatewayConfig config, ScheduledExecutorService timer, Headroom headroom) {
        this.upstreamHost = config.upstreamHost();
        this.timeout = config.upstreamTimeout();
        this.timer = timer;
        this.headroom = headroom;
        this.token = new TokenFile(config.tokenPath());
        this.clients = upstreamHost.getScheme().equals("http")
                ? TlsClients.withoutTls(executor)
                : TlsClients.trusting(config.caCertPath(), executor);
    }

    /**
     * Opens the source. Files that are missing or unusable now are logged as warnings; fetches fail until they appear.
     *
     * @param config says where the API server, the token and the CA are, and how long an exchange may take
     * @param timer ends exchanges that take too long; stays the caller's
     * @return the source, to be closed
     */
    public static UpstreamSource open(GatewayConfig config, ScheduledExecutorService timer) {
        return open(config, timer, Headroom.ofThisProcess());
    }

    static UpstreamSource open(GatewayConfig config, ScheduledExecutorService timer, Headroom headroom) {
        UpstreamSource source = new UpstreamSource(config, timer, headroom);
        source.token.read();
        source.clients.probe();
        return source;
    }

    @Override
    public CompletableFuture<Document> fetch(DocumentKind kind) {
        CompletableFuture<Document> result = new CompletableFuture<>();
        Future<?> deadline = timer.schedule(
                // Whoever waits for the result goes on in the completing thread: not in the timer's, which others need.
                () -> executor.execute(() -> result.completeExceptionally(timedOut())),
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
        inFlight.add(result);
        result.whenComplete((document, failure) -> {
            inFlight.remove(result);
            deadline.cancel(false);
        });
        if (closed) {
            result.completeExceptionally(stopped());
            return result;
        }
        // Reading files and resolving a name may block.
        executor.execute(() -> {
            try {
                exchange(kind, result);
            } catch (FetchException e) {
                result.completeExceptionally(e);
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(Causes.explain(e, upstreamHost));
            }
        });
        return result;
    }

    private void exchange(DocumentKind kind, CompletableFuture<Document> result) throws FetchException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(upstreamHost + kind.path()))
                .header("Accept", ACCEPT)
                .header("Authorization", "Bearer " + token.get())
                .header("User-Agent", "kube-oidc-gateway")
                .build();
        HttpClient client = clients.get();
        if (result.isDone()) {
            return;
        }
        CompletableFuture<HttpResponse<byte[]>> exchange = client.sendAsync(
                request,
                head -> new BoundedBody(
                        head.statusCode() == OK ? Document.MAX_BYTES : BoundedBody.NOTHING,
                        head.headers().firstValueAsLong("Content-Length").orElse(0)));
        // Only this cancel closes the socket of an exchange that hangs, in its body too.
        result.whenComplete((document, failure) -> exchange.cancel(true));
        exchange.whenComplete((response, failure) -> {
            if (result.isDone()) {
                return;
            }
            try {
                if (failure != null) {
                    clients.retire(client);
                    throw Causes.explain(failure, upstreamHost);
                }
                if (response.statusCode() != OK) {
                    throw Causes.explainStatus(response.statusCode());
                }
                accept(kind, response, result);
            } catch (FetchException e) {
                result.completeExceptionally(e);
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(Causes.explain(e, upstreamHost));
            }
        });
    }

    private void accept(DocumentKind kind, HttpResponse<byte[]> response, CompletableFuture<Document> result)
            throws FetchException {
        byte[] json = response.body();
        // One at a time, as a large one takes several times its size, and then again to be rendered.
        synchronized (accepting) {
            if (!result.isDone()) {
                headroom.check(json);
                result.complete(DocumentValidator.validate(kind, json)
                        .withUpstreamMaxAge(MaxAge.parse(response.headers().allValues("Cache-Control"))));
            }
        }
    }

    private FetchException timedOut() {
        return new FetchException(Outcome.TIMEOUT, "timed out after " + timeout.toSeconds() + "s", null);
    }

    private static FetchException stopped() {
        return new FetchException(Outcome.IO, "the gateway stops", null);
    }

    /**
     * Fails exchanges in flight, frees connections and waits up to 5 s for threads to end. On Java 17 idle connections end
     * with the garbage.
     */
    @Override
    public void close() {
        closed = true;
        inFlight.forEach(result -> result.completeExceptionally(stopped()));
        clients.close();
        executor.shutdownNow();
        long end = System.nanoTime() + STOP_BOUND.toNanos();
        try {
            // The executor's own word comes a moment before its threads are gone, and Tomcat looks in that moment.
            for (Thread thread : threads) {
                TimeUnit.NANOSECONDS.timedJoin(thread, end - System.nanoTime());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ExecutorService newExecutor(Set<Thread> threads) {
        AtomicInteger count = new AtomicInteger();
        // Unbounded, as an exchange that is stuck in name resolution must not keep the deadline of another from being
        // met.
        return new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                THREAD_KEEP_ALIVE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "upstream-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    threads.removeIf(old -> old.getState() == Thread.State.TERMINATED);
                    threads.add(thread);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
    }
}
