// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import io.github.kubeoidc.gateway.webapp.rotation.CachingVerifier.Refusal;
import java.time.Duration;

/** What the guide promises where it is not followed: a refusal is told before, and ends. */
final class Expectation {
    private final World world;

    Expectation(World world) {
        this.world = world;
    }

    /** Says what is wrong with a refusal; an empty text where nothing is. */
    String problem(Refusal refusal) {
        Pod.Life life = refusal.reply().life();
        if (life == null) {
            // No gateway runs.
            return "";
        }
        if (!isTold(refusal)) {
            return "was not told in the log before: " + life.pod().log;
        }
        if (world.servers.allPublish(refusal.key()) && refusal.at() > end(refusal)) {
            return "should have ended after " + Duration.ofNanos(end(refusal));
        }
        return "";
    }

    /** Either the key came or went so short a time ago that nobody can know yet, or the gateway's log says why. */
    private boolean isTold(Refusal refusal) {
        Settings settings = world.settings;
        long changed = world.servers.changedAt(refusal.key());
        // API servers that disagree take turns: it may be the next but one that has the key.
        Duration unknown =
                settings.gatewaysPart().multipliedBy(ApiServers.NUMBER).plus(settings.kept(settings.maxAge()));
        if (refusal.at() - changed <= unknown.toNanos()) {
            return true;
        }
        long begun = world.servers.changesSince(refusal.key());
        long hourBefore = begun - Duration.ofHours(1).toNanos();
        return refusal.reply().life().pod().log.stream()
                .filter(line -> line.at() >= hourBefore)
                .anyMatch(line -> tells(line, begun, refusal));
    }

    private static boolean tells(Pod.Line line, long begun, Refusal refusal) {
        String text = line.text();
        boolean names = Operator.words(text).contains(refusal.key());
        return text.startsWith(Operator.TAKE_TURNS) && names
                || line.at() >= begun
                        && (text.startsWith(Operator.KEYS_CHANGED) && names
                                || text.startsWith(Operator.FAILED)
                                || text.startsWith(Operator.STORED)
                                || text.startsWith(Operator.FIRST_DOCUMENTS));
    }

    /**
     * When the last relying party has the key: a fresh key set without it was given away some time after it was published at
     * the latest, and a stale one, which is kept for less, until the gateway had the key.
     */
    private long end(Refusal refusal) {
        Settings settings = world.settings;
        long published = world.servers.changedAt(refusal.key());
        long had = refusal.reply().life().fetchedSince(refusal.key(), published);
        if (had == Long.MAX_VALUE) {
            return had;
        }
        return Math.max(
                published
                        + settings.lastFresh()
                                .plus(refusal.by().kept(settings.maxAge()))
                                .toNanos(),
                had + refusal.by().kept(settings.staleMaxAge()).toNanos());
    }
}
