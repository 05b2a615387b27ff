// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A cache between gateway and relying parties: it keeps an answer for its {@code max-age}, and gives it on as it came. */
final class Cdn implements KeySetAnswer.Origin {
    private final LongSupplier ticker;
    private final KeySetAnswer.Origin origin;
    private final List<Consumer<KeySetAnswer>> waiting = new ArrayList<>();

    private KeySetAnswer kept;
    private long keptUntil;

    Cdn(LongSupplier ticker, KeySetAnswer.Origin origin) {
        this.ticker = ticker;
        this.origin = origin;
    }

    @Override
    public void ask(String etag, Consumer<KeySetAnswer> then) {
        if (kept != null && ticker.getAsLong() < keptUntil) {
            then.accept(kept);
            return;
        }
        waiting.add(then);
        if (waiting.size() == 1) {
            origin.ask(null, this::take);
        }
    }

    private void take(KeySetAnswer reply) {
        if (reply.status() == 200) {
            kept = reply;
            keptUntil = ticker.getAsLong() + Duration.ofSeconds(reply.maxAge()).toNanos();
        }
        List<Consumer<KeySetAnswer>> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(then -> then.accept(reply));
    }
}
