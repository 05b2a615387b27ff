// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.Document;
import io.github.kubeoidc.gateway.api.DocumentKind;
import io.github.kubeoidc.gateway.api.DocumentSource;
import io.github.kubeoidc.gateway.api.FetchException;
import io.github.kubeoidc.gateway.api.FetchException.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/** An upstream that answers at once, soon, late or not at all, with a newer document each time, and keeps the books. */
final class ErraticSource implements DocumentSource {
    private final ScheduledExecutorService timers;
    private final LongSupplier ticker;

    private final AtomicLong versions = new AtomicLong();
    private final AtomicInteger succeeded = new AtomicInteger();
    private final AtomicInteger mostInFlight = new AtomicInteger();
    private final AtomicLong shortestPause = new AtomicLong(Long.MAX_VALUE);
    private final AtomicIntegerArray inFlight = new AtomicIntegerArray(2);
    private final AtomicLongArray endedAt = new AtomicLongArray(new long[] {Long.MIN_VALUE / 2, Long.MIN_VALUE / 2});
    private final AtomicLongArray newestSeen = new AtomicLongArray(2);

    ErraticSource(ScheduledExecutorService timers, LongSupplier ticker) {
        this.timers = timers;
        this.ticker = ticker;
    }

    @Override
    public CompletableFuture<Document> fetch(DocumentKind kind) {
        shortestPause.accumulateAndGet(ticker.getAsLong() - endedAt.get(kind.ordinal()), Math::min);
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(kind.ordinal()), Math::max);
        long version = versions.incrementAndGet();
        CompletableFuture<Document> result = new CompletableFuture<>();
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Runnable end = random.nextInt(4) > 0
                ? () -> succeed(kind, result, version)
                : () -> fail(kind, result, random.nextBoolean() ? Outcome.TIMEOUT : Outcome.IO);
        switch (random.nextInt(4)) {
            case 0 -> end.run();
            case 1 -> timers.execute(end);
            case 2 -> timers.schedule(end, random.nextLong(10_000), TimeUnit.NANOSECONDS);
            default -> timers.schedule(end, random.nextLong(200_000), TimeUnit.NANOSECONDS);
        }
        return result;
    }

    private void succeed(DocumentKind kind, CompletableFuture<Document> result, long version) {
        Document document = StressTest.document(kind, version);
        finish(kind);
        // A fetch that waits for the result is run within complete, and then the document is everybody's.
        boolean awaited = result.getNumberOfDependents() > 0;
        result.complete(document);
        if (awaited) {
            see(kind, version);
        }
        succeeded.incrementAndGet();
    }

    private void fail(DocumentKind kind, CompletableFuture<Document> result, Outcome outcome) {
        finish(kind);
        result.completeExceptionally(new FetchException(outcome, "as it likes", null));
    }

    private void finish(DocumentKind kind) {
        endedAt.set(kind.ordinal(), ticker.getAsLong());
        inFlight.decrementAndGet(kind.ordinal());
    }

    /** Takes note of a document that somebody has: nobody may get an older one from now on. */
    void see(DocumentKind kind, long version) {
        newestSeen.accumulateAndGet(kind.ordinal(), version, Math::max);
    }

    long newestSeen(DocumentKind kind) {
        return newestSeen.get(kind.ordinal());
    }

    int succeeded() {
        return succeeded.get();
    }

    int mostInFlight() {
        return mostInFlight.get();
    }

    /** The shortest time from the end of a fetch to the begin of the next of the same document, in nanoseconds. */
    long shortestPause() {
        return shortestPause.get();
    }
}
