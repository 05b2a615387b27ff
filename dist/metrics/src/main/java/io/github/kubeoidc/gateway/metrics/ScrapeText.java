// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The metrics' text, made anew once a second at most, however many ask. Used by one thread. */
final class ScrapeText {
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<byte[]> metrics;
    private final LongSupplier ticker;
    private byte @Nullable [] text;
    private long madeAt;

    /**
     * Makes nothing yet.
     *
     * @param metrics makes the text
     * @param ticker a monotonic clock in nanoseconds
     */
    ScrapeText(Supplier<byte[]> metrics, LongSupplier ticker) {
        this.metrics = metrics;
        this.ticker = ticker;
    }

    byte[] get() {
        byte[] known = text;
        long now = ticker.getAsLong();
        if (known == null || now - madeAt >= KEPT_NANOS) {
            known = metrics.get();
            text = known;
            madeAt = now;
        }
        return known;
    }
}
