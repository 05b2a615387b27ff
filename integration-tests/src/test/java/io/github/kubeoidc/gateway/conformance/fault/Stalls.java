// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.fault;

import io.github.kubeoidc.gateway.conformance.process.Await;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Notices when the whole machine stands still, as a virtual one does for seconds: then no time that was measured counts. */
final class Stalls implements AutoCloseable {

    private static final Duration PACE = Duration.ofMillis(20);

    /** Less than {@link FaultRun#MARGIN}, which shorter ones do not use up. */
    private static final long NOTABLE_NANOS = Duration.ofMillis(700).toNanos();

    private final AtomicInteger seen = new AtomicInteger();
    private final Thread watch = new Thread(this::watch, "stalls");

    Stalls() {
        watch.setDaemon(true);
        watch.start();
    }

    private void watch() {
        long last = System.nanoTime();
        while (!Thread.currentThread().isInterrupted()) {
            Await.pace(PACE);
            long now = System.nanoTime();
            if (now - last > NOTABLE_NANOS) {
                seen.incrementAndGet();
            }
            last = now;
        }
    }

    /** How many there were so far. */
    int seen() {
        return seen.get();
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
