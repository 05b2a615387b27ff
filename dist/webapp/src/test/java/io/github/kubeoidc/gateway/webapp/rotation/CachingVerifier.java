// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import java.time.Duration;
import java.util.function.IntUnaryOperator;

/** Verifies tokens with the key set that it keeps, and asks for a new one only once its time is over, as go-oidc 2 does. */
final class CachingVerifier {
    private final String name;
    private final World world;
    private final IntUnaryOperator keeping;
    private final KeptKeySet keySet;

    /**
     * Creates one that keeps nothing yet.
     *
     * @param keeping how many seconds a key set is kept, by its {@code max-age}
     */
    CachingVerifier(String name, World world, KeySetAnswer.Origin origin, IntUnaryOperator keeping) {
        this.name = name;
        this.world = world;
        this.keeping = keeping;
        this.keySet = new KeptKeySet(world.time, origin, keeping, true);
    }

    /** Verifies a token that was signed with this key, now or as soon as a key set is there. */
    void verify(String key) {
        keySet.ask(null, reply -> judge(key, reply));
    }

    private void judge(String key, KeySetAnswer reply) {
        world.verified++;
        if (!reply.keys().contains(key)) {
            world.refused(new Refusal(this, key, world.time.getAsLong(), reply));
        }
    }

    /** How long it lives on a key set that a gateway gave away with this {@code max-age}, counted from then. */
    Duration kept(int maxAge) {
        return Duration.ofSeconds((long) world.settings.caches() * maxAge + keeping.applyAsInt(maxAge));
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * A token that was refused.
     *
     * @param key what it was signed with
     * @param reply where the key set comes from that lacks this key
     */
    record Refusal(CachingVerifier by, String key, long at, KeySetAnswer reply) {
        @Override
        public String toString() {
            return "after %s %s refused a token of key %s: %d with keys %s, max-age %d, from %s after %s"
                    .formatted(
                            Duration.ofNanos(at),
                            by,
                            key,
                            reply.status(),
                            reply.keys(),
                            reply.maxAge(),
                            reply.life(),
                            Duration.ofNanos(reply.at()));
        }
    }
}
