// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

/** Keeps an answer for some time by its {@code max-age}, as a relying party and a cache before it do, and gives it on as it came. */
final class KeptKeySet implements KeySetAnswer.Origin {
    private final LongSupplier ticker;
    private final KeySetAnswer.Origin origin;
    private final IntUnaryOperator keeping;
    private final boolean revalidates;
    private final List<Consumer<KeySetAnswer>> waiting = new ArrayList<>();

    private KeySetAnswer kept;
    private long keptUntil;

    /**
     * Creates one that keeps nothing yet.
     *
     * @param keeping how many seconds an answer is kept, by its {@code max-age}
     * @param revalidates whether it asks with the entity tag of what it has kept
     */
    KeptKeySet(LongSupplier ticker, KeySetAnswer.Origin origin, IntUnaryOperator keeping, boolean revalidates) {
        this.ticker = ticker;
        this.origin = origin;
        this.keeping = keeping;
        this.revalidates = revalidates;
    }

    @Override
    public void ask(String etag, Consumer<KeySetAnswer> then) {
        if (kept != null && ticker.getAsLong() < keptUntil) {
            then.accept(kept);
            return;
        }
        waiting.add(then);
        if (waiting.size() == 1) {
            origin.ask(revalidates && kept != null ? kept.etag() : null, this::take);
        }
    }

    private void take(KeySetAnswer reply) {
        KeySetAnswer current = reply.status() == 304 ? reply.with(kept.keys()) : reply;
        if (current.status() == 200 || current.status() == 304) {
            kept = current;
            keptUntil = ticker.getAsLong()
                    + Duration.ofSeconds(keeping.applyAsInt(current.maxAge())).toNanos();
        }
        List<Consumer<KeySetAnswer>> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(then -> then.accept(current));
    }
}
