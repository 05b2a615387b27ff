// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import io.github.kubeoidc.gateway.conformance.process.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Two rotations of the signing key at the same time, each with a gateway and relying parties of its own: one by
 * {@code docs/rotation.md}, step by step, and one in which all of it is done at once.
 */
final class Rotation {
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration BOUND = Duration.ofSeconds(60);

    private final Path launcher;
    private final Settings settings;

    Rotation(Path launcher, Settings settings) {
        this.launcher = launcher;
        this.settings = settings;
    }

    /**
     * How long everything takes. In seconds.
     *
     * @param cacheTtl {@code CACHE_TTL_SECONDS}
     * @param upstreamTimeout {@code UPSTREAM_TIMEOUT_SECONDS}
     * @param probeInterval how often the gateway is asked for its health
     * @param jwksClientTtl {@code JWKS_CLIENT_CACHE_TTL_SECONDS}
     * @param tokenLife how long a token is good
     * @param before how long nothing happens
     * @param renewal how long after a hard rotation kubelet renews the gateway's token
     */
    record Settings(
            int cacheTtl,
            int upstreamTimeout,
            int probeInterval,
            int jwksClientTtl,
            int tokenLife,
            int before,
            int renewal) {
        /** A thirtieth of the shipped values, where a second is no bound. */
        static final Settings FAST = new Settings(2, 1, 1, 10, 20, 9, 3);

        /** As fast as can be on a busy machine. */
        static final Settings SHORT = new Settings(1, 2, 1, 3, 5, 4, 1);

        /** "How long to wait before signing", with nothing between gateway and relying party. */
        int formula() {
            return cacheTtl + 2 * upstreamTimeout + probeInterval + jwksClientTtl;
        }

        Duration patienceWithUnknownKeys() {
            return Duration.ofSeconds(1);
        }

        Map<String, String> environment() {
            return Map.of(
                    "CACHE_TTL_SECONDS",
                    "" + cacheTtl,
                    "UPSTREAM_TIMEOUT_SECONDS",
                    "" + upstreamTimeout,
                    "JWKS_CLIENT_CACHE_TTL_SECONDS",
                    "" + jwksClientTtl,
                    "HEALTH_MAX_STALE_SECONDS",
                    "2592000");
        }
    }

    /**
     * Plays both. Blocks for as long as they last.
     *
     * @return what they showed
     */
    RotationReport run() {
        try (RotationScene announced = new RotationScene(launcher, settings);
                RotationScene hard = new RotationScene(launcher, settings)) {
            Schedule schedule = new Schedule("rotation", 4);
            try (schedule) {
                for (RotationScene scene : new RotationScene[] {announced, hard}) {
                    schedule.every(TICK, () -> scene.observe(schedule.second()));
                    schedule.every(Duration.ofSeconds(settings.probeInterval()), scene::probe);
                }
                play(announced, hard, schedule);
            }
            return new RotationReport(
                    settings,
                    schedule.second(),
                    new RotationReport.Scene(announced.observations(), announced.moments()),
                    new RotationReport.Scene(hard.observations(), hard.moments()));
        }
    }

    private void play(RotationScene announced, RotationScene hard, Schedule schedule) {
        schedule.pass(settings.before());
        announced.publishBoth(schedule.second());
        double published = schedule.second();
        String token = hard.rotateAtOnce(schedule.second());
        schedule.pass(settings.renewal());
        hard.renewToken(schedule.second(), token);
        Await.until(BOUND, "the new key in the log", announced::saysThatTheNewKeyCame);
        double seen = schedule.second();
        // By the clock, or from the line of the log on, whichever is later.
        schedule.pass(
                Math.max(published + settings.formula(), seen + settings.jwksClientTtl() + 1) - schedule.second());
        announced.signWithNew(schedule.second());
        schedule.pass(settings.tokenLife() + 1);
        announced.withdrawOld(schedule.second());
        schedule.pass(settings.formula());
        Await.until(BOUND, "the end of both rotations", () -> announced.isOver() && hard.isOver());
    }
}
