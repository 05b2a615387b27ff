// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import java.time.Duration;
import java.util.List;
import java.util.function.IntConsumer;

/** Rotates by the guide ({@code docs/rotation.md}), and knows of the gateways only what their logs say. */
final class Operator {
    private static final String JWKS = "path=/openid/v1/jwks ";
    static final String FAILED = "WARN " + JWKS + "fetch failed";
    static final String FETCHED_AGAIN = "INFO " + JWKS + "fetched again";
    static final String KEYS_CHANGED = "INFO " + JWKS + "keys changed: ";
    static final String TAKE_TURNS = "WARN " + JWKS + "two key sets take turns";
    static final String FIRST_DOCUMENTS = "INFO first documents: ";
    static final String STORED = "INFO CACHE_DIR ";

    /** Whether a gateway that is not running is forgotten. */
    boolean overlooksAbsent;

    private final World world;
    private String current;

    Operator(World world) {
        this.world = world;
        this.current = world.servers.signedWith(0, 0);
    }

    /** Has one API server after the other done something. */
    void inTurn(Duration longestGap, IntConsumer change) {
        change.accept(0);
        world.pass(world.randomUpTo(longestGap));
        change.accept(1);
    }

    /** Makes a new key the only one, in five steps. */
    void rotate(Duration longestGap) {
        String old = current;
        String fresh = world.newKey();
        publishAndWait(longestGap, old, fresh);
        inTurn(longestGap, server -> world.servers.sign(server, fresh));
        world.pass(World.TOKEN_LIFE);
        inTurn(longestGap, server -> world.servers.publish(server, fresh));
        current = fresh;
    }

    void publishAndWait(Duration longestGap, String old, String fresh) {
        inTurn(longestGap, server -> world.servers.publish(server, old, fresh));
        long published = world.time.getAsLong();
        while (!maySign(published, fresh)) {
            world.pass(Duration.ofSeconds(1));
        }
    }

    /** Makes a new key the only one at once. */
    void rotateAtOnce(Duration longestGap) {
        String fresh = world.newKey();
        inTurn(longestGap, server -> {
            world.servers.publish(server, fresh);
            world.servers.sign(server, fresh);
        });
        current = fresh;
    }

    /** Signs with the new key without the wait, and withdraws the old one without the other. */
    void hurry(Duration longestWait) {
        String old = current;
        String fresh = world.newKey();
        inTurn(longestWait, server -> world.servers.publish(server, old, fresh));
        world.pass(world.randomUpTo(longestWait));
        inTurn(longestWait, server -> world.servers.sign(server, fresh));
        world.pass(world.randomUpTo(World.TOKEN_LIFE));
        inTurn(longestWait, server -> world.servers.publish(server, fresh));
        current = fresh;
    }

    /** "How long to wait before signing", by the clock or with the new key seen in the logs of all gateways. */
    private boolean maySign(long published, String fresh) {
        long begin = published;
        long seen = published;
        for (Pod pod : world.pods) {
            long served = servedSince(pod, published);
            begin = Math.max(begin, served);
            seen = Math.max(seen, seen(pod, published, fresh));
        }
        long now = world.time.getAsLong();
        return begin != Long.MAX_VALUE
                        && now - begin >= world.settings.formula().toNanos()
                || seen != Long.MAX_VALUE
                        && now - seen
                                >= world.settings.kept(world.settings.maxAge()).toNanos();
    }

    /** "Where one says fetch failed or was started since, count from its fetched again or first documents." */
    private long servedSince(Pod pod, long published) {
        if (pod.life == null) {
            return overlooksAbsent ? published : Long.MAX_VALUE;
        }
        long failed = last(pod, FAILED);
        if (failed >= 0 && last(pod, FETCHED_AGAIN) < failed && last(pod, FIRST_DOCUMENTS) < failed) {
            return Long.MAX_VALUE;
        }
        if (last(pod, FIRST_DOCUMENTS) < pod.life.startedAt) {
            return Long.MAX_VALUE;
        }
        return Math.max(published, Math.max(last(pod, FETCHED_AGAIN), last(pod, FIRST_DOCUMENTS)));
    }

    private static long seen(Pod pod, long published, String fresh) {
        for (int i = pod.log.size() - 1; i >= 0 && pod.log.get(i).at() >= published; i--) {
            String text = pod.log.get(i).text();
            if (text.startsWith(KEYS_CHANGED) && words(came(text)).contains(fresh)) {
                return pod.log.get(i).at();
            }
        }
        return Long.MAX_VALUE;
    }

    private static String came(String text) {
        return text.substring(0, text.indexOf(';'));
    }

    static List<String> words(String text) {
        return List.of(text.split("[ ;,]+"));
    }

    private static long last(Pod pod, String beginning) {
        for (int i = pod.log.size() - 1; i >= 0; i--) {
            if (pod.log.get(i).text().startsWith(beginning)) {
                return pod.log.get(i).at();
            }
        }
        return -1;
    }
}
