// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.cache;

import io.github.kubeoidc.gateway.api.DocumentMembers;
import io.github.kubeoidc.gateway.api.Events;
import io.github.kubeoidc.gateway.api.LogText;
import io.github.kubeoidc.gateway.api.Sha256;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which keys came and went. Two sets that take turns, as while API servers behind one address disagree, are told once
 * an hour; a change to a third set is told, and so is the one back from it.
 */
final class KeyChanges {
    private static final Logger LOG = LoggerFactory.getLogger(KeyChanges.class);
    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final int MAX_IDS = 10;
    private static final int MAX_ID = 64;

    private final LongSupplier ticker;
    private final Events events;

    /** The digest of the identifiers before the last change. */
    private @Nullable String previous;

    private long changedAt;

    /** The digests of the two sets that the last warning named. */
    private Set<String> warned = Set.of();

    private long warnedAt;

    KeyChanges(LongSupplier ticker, Events events) {
        this.ticker = ticker;
        this.events = events;
    }

    /** Compares the key set that was accepted with the one before. */
    void accepted(byte[] before, byte[] jwks) {
        if (Arrays.equals(before, jwks)) {
            return;
        }
        SortedSet<String> old = DocumentMembers.ids(before);
        SortedSet<String> ids = DocumentMembers.ids(jwks);
        if (old.equals(ids)) {
            return;
        }
        SortedSet<String> added = without(ids, old);
        SortedSet<String> removed = without(old, ids);
        events.keysChanged(added.size(), removed.size());
        String came = list(added);
        String went = list(removed);
        switch (decide(Sha256.hex(old), Sha256.hex(ids))) {
            case CHANGED -> LOG.info("path=/openid/v1/jwks keys changed: came {}; went {}", came, went);
            case TAKING_TURNS ->
                LOG.warn(
                        "path=/openid/v1/jwks two key sets take turns, as while API servers disagree:"
                                + " one has {}, the other {}",
                        came,
                        went);
            case TOLD -> {}
        }
    }

    private synchronized Change decide(String old, String ids) {
        long now = ticker.getAsLong();
        Change change = Change.CHANGED;
        // Unlike Set.of, takes two that are equal: an identifier may hold the separator.
        Set<String> pair = Set.copyOf(List.of(old, ids));
        if (ids.equals(previous) && now - changedAt < HOUR) {
            change = warned.equals(pair) && now - warnedAt < HOUR ? Change.TOLD : Change.TAKING_TURNS;
        }
        if (change == Change.TAKING_TURNS) {
            warned = pair;
            warnedAt = now;
        }
        previous = old;
        changedAt = now;
        return change;
    }

    private enum Change {
        CHANGED,
        TAKING_TURNS,
        TOLD
    }

    private static SortedSet<String> without(SortedSet<String> ids, SortedSet<String> others) {
        SortedSet<String> rest = new TreeSet<>(ids);
        rest.removeAll(others);
        return rest;
    }

    private static String list(SortedSet<String> ids) {
        if (ids.isEmpty()) {
            return "none";
        }
        StringBuilder list = new StringBuilder();
        Iterator<String> next = ids.iterator();
        for (int i = 0; i < MAX_IDS && next.hasNext(); i++) {
            list.append(i == 0 ? "" : " ").append(LogText.escape(next.next(), MAX_ID));
        }
        return ids.size() > MAX_IDS
                ? list.append(" and ")
                        .append(ids.size() - MAX_IDS)
                        .append(" more")
                        .toString()
                : list.toString();
    }
}
