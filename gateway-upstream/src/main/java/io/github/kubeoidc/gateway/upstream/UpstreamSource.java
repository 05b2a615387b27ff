// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.upstream;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentSource;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import io.github.kubeoidc.gateway.api.GatewayConfig;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Fetches documents from the API server with the ServiceAccount token. The token goes to {@code UPSTREAM_HOST} only: no
 * redirect is followed and no proxy is used. One exchange is bounded in time, from reading files and name resolution to the
 * last byte, and in size. Token and CA files are read anew for every fetch; one that hangs holds up no fetch for more than a
 * moment.
 */
public final class UpstreamSource implements DocumentSource, AutoCloseable {
    private static final Duration STOP_BOUND = Duration.ofSeconds(5);

    /** Shorter: a thread that reads a file which hangs does not end, however long the gateway waits. */
    private static final Duration READERS_STOP_BOUND = Duration.ofSeconds(2);

    private final Duration timeout;
    private final ScheduledExecutorService timer;

    /** Visible to tests, which leave it no threads. */
    final Workers workers = new Workers("upstream");

    private final Workers readers = new Workers("upstream-files");

    /** Held while a large document is validated; visible to tests, which see whether another waits. */
    final Semaphore largeDocument = new Semaphore(1);

    private final Set<CompletableFuture<Document>> inFlight = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private final TokenFile token;
    private final @Nullable CaFile ca;
    private final ApiServer server;
    private final FetchErrors errors;
    private final Headroom headroom;

    private UpstreamSource(
            GatewayConfig config, ScheduledExecutorService timer, Headroom headroom, Names names, Duration patience) {
        URI url = config.upstreamHost();
        this.timeout = config.upstreamTimeout();
        this.timer = timer;
        this.headroom = headroom;
        this.errors = new FetchErrors(url);
        this.token = new TokenFile(config.tokenPath(), readers, patience);
        this.ca = url.getScheme().equals("http") ? null : new CaFile(config.caCertPath(), readers, patience);
        this.server = new ApiServer(url, errors, timeout, workers, readers, timer, names);
    }

    /**
     * Opens the source. Begins to read the files, and does not wait for it: those that are missing or unusable now are
     * logged as warnings; fetches fail until they appear.
     *
     * @param config says where the API server, the token and the CA are, and how long an exchange may take
     * @param timer ends exchanges that take too long, and idle connections; stays the caller's, who ends it after the source
     * @return the source, to be closed
     */
    public static UpstreamSource open(GatewayConfig config, ScheduledExecutorService timer) {
        return open(config, timer, Headroom.ofThisProcess(), InetAddress::getAllByName, LastGoodFile.READ_WAIT);
    }

    /**
     * Opens a source for a command. It has no last good files to fall back on, and waits for them as {@link FileProbe} does.
     *
     * @param config as above
     * @param timer as above
     * @param names finds the addresses of the API server
     * @return the source, to be closed
     */
    public static UpstreamSource openOnce(GatewayConfig config, ScheduledExecutorService timer, Names names) {
        return open(config, timer, Headroom.ofThisProcess(), names, FileProbe.READ_BOUND);
    }

    static UpstreamSource open(
            GatewayConfig config, ScheduledExecutorService timer, Headroom headroom, Names names, Duration patience) {
        UpstreamSource source = new UpstreamSource(config, timer, headroom, names, patience);
        source.token.probe();
        if (source.ca != null) {
            source.ca.probe();
        }
        return source;
    }

    @Override
    public CompletableFuture<Document> fetch(DocumentKind kind) {
        ApiServer.Call call = server.call(kind.path());
        CompletableFuture<Document> result = new CompletableFuture<>();
        Future<?> deadline = timer.schedule(() -> timeOut(result), timeout.toNanos(), TimeUnit.NANOSECONDS);
        inFlight.add(result);
        result.whenComplete((document, failure) -> {
            inFlight.remove(result);
            deadline.cancel(false);
        });
        if (closed) {
            result.completeExceptionally(stopped());
        }
        if (!result.isDone()) {
            workers.execute(() -> exchange(kind, call, result));
        }
        // A caller that fetches again after a failure finds the address withdrawn that did not answer, or not well.
        return result.whenComplete((document, failure) -> {
            call.stop();
            if (failure != null) {
                call.refuse();
            }
        });
    }

    /**
     * Returns when the token expires, as its file said when it was last read. Has the file read again, and does not wait for that.
     *
     * @return {@code null} where there was no token yet, or it does not say it
     */
    public @Nullable Instant tokenExpiry() {
        return token.expiry();
    }

    private void exchange(DocumentKind kind, ApiServer.Call call, CompletableFuture<Document> result) {
        try {
            Exchange.Answer answer = call.get(token.get(), ca == null ? null : ca.get());
            if (!answer.isOk()) {
                throw errors.explainStatus(answer.status());
            }
            if (answer.body().length <= Headroom.UNCHECKED_BYTES) {
                validate(kind, answer, result);
            } else {
                validateAlone(kind, answer, result);
            }
        } catch (InterruptedException e) {
            result.completeExceptionally(stopped());
        } catch (FetchException | RuntimeException | Error e) {
            result.completeExceptionally(errors.explain(e));
        }
    }

    /** Validates large documents one after the other: each takes several times its size, and then again to be rendered. */
    private void validateAlone(DocumentKind kind, Exchange.Answer answer, CompletableFuture<Document> result)
            throws FetchException, InterruptedException {
        if (!largeDocument.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
            throw timedOut();
        }
        try {
            validate(kind, answer, result);
        } finally {
            largeDocument.release();
        }
    }

    private void validate(DocumentKind kind, Exchange.Answer answer, CompletableFuture<Document> result)
            throws FetchException {
        if (!result.isDone()) {
            headroom.check(answer.body());
            Duration maxAge = MaxAge.parse(answer.fields().getValuesList(HttpHeader.CACHE_CONTROL));
            try {
                result.complete(DocumentValidator.validate(kind, answer.body()).withUpstreamMaxAge(maxAge));
            } catch (FetchException e) {
                throw errors.explainEncoding(e, answer.fields().getCSV(HttpHeader.CONTENT_ENCODING, false));
            }
        }
    }

    /** Fails a fetch on a worker: code that waits for the result runs in the thread that completes it, and may take long. */
    private void timeOut(CompletableFuture<Document> result) {
        try {
            workers.execute(() -> result.completeExceptionally(timedOut()));
        } catch (RuntimeException | Error e) {
            // The system had no thread for it. A fetch that never ended would be the document's last one.
            result.completeExceptionally(timedOut());
        }
    }

    private FetchException timedOut() {
        return new FetchException(Outcome.TIMEOUT, "timed out after " + timeout.toSeconds() + "s", null);
    }

    private static FetchException stopped() {
        return new FetchException(Outcome.IO, "the gateway stops", null);
    }

    /**
     * Fails exchanges in flight, ends connections and waits for threads to end: up to 5 s for those that fetch, then up to 2 s
     * for those that read files. A thread that reads a file which hangs is left behind.
     */
    @Override
    public void close() {
        closed = true;
        inFlight.forEach(result -> result.completeExceptionally(stopped()));
        server.close();
        workers.end(STOP_BOUND);
        readers.end(READERS_STOP_BOUND);
    }
}
