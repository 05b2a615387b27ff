// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.webapp.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.api.DocumentKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * CONTRACT 1.1, 3.10, 3.11 and 6.3, and the guide {@code docs/rotation.md}: years of rotations and outages, in which time
 * moves from one event to the next, against cache, store, servlet and filter as they are.
 */
@ResourceLock("log")
class RotationYearTest {
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration MINUTES = Duration.ofMinutes(10);
    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);
    private static final int SEEDS = Integer.getInteger("gateway.rotation.years", 6);

    @TempDir
    private Path directory;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    /** "publish, wait, sign, wait, withdraw": with outages, restarts and API servers that are changed one by one. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whereTheGuideIsFollowedNoTokenIsRefused(long seed) throws Exception {
        try (World world = world(seed)) {
            Operator operator = new Operator(world);
            world.verifyTokens(Duration.ofSeconds(60), refusal -> {});
            int rotations = 0;
            while (world.time.passed().compareTo(YEAR) < 0) {
                world.pass(MINUTES);
                Disturbance disturbance = Disturbance.begin(world, false);
                operator.rotate(MINUTES);
                disturbance.waitForItsEnd();
                world.time.skip(world.randomUpTo(Duration.ofDays(60)));
                rotations++;
            }
            assertThat(world.refusals)
                    .as("seed %d, %s, %d rotations, %d tokens", seed, world.settings, rotations, world.verified)
                    .isEmpty();
            assertThat(rotations).isGreaterThan(5);
            assertThat(world.verified).isGreaterThan(1000);
        }
    }

    /** Keys that go at once, half-way from one API server to the next, too early, in an outage, while a gateway is away. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whereItIsNotFollowedARefusalIsToldBeforeAndEnds(long seed) throws Exception {
        try (World world = world(seed)) {
            Operator operator = new Operator(world);
            operator.overlooksAbsent = true;
            Expectation expectation = new Expectation(world);
            List<String> problems = new ArrayList<>();
            world.verifyTokens(Duration.ofSeconds(60), refusal -> {
                String problem = expectation.problem(refusal);
                if (!problem.isEmpty()) {
                    problems.add(refusal + " " + problem);
                }
            });
            while (world.time.passed().compareTo(YEAR) < 0) {
                world.pass(MINUTES);
                Disturbance disturbance = Disturbance.begin(world, true);
                switch (world.random.nextInt(5)) {
                    case 0 -> operator.rotateAtOnce(Duration.ZERO);
                    case 1 -> operator.rotateAtOnce(HALF_AN_HOUR);
                    case 2 -> operator.hurry(MINUTES);
                    case 3 -> disturbance.outageOf(HALF_AN_HOUR, () -> operator.rotateAtOnce(Duration.ZERO));
                    default -> {
                        disturbance.absence(world.pods.get(0));
                        operator.rotate(MINUTES);
                    }
                }
                world.pass(HALF_AN_HOUR);
                disturbance.waitForItsEnd();
                world.time.skip(world.randomUpTo(Duration.ofDays(60)));
            }
            assertThat(problems.stream().limit(3))
                    .as("seed %d, %s, %d of %d refusals", seed, world.settings, problems.size(), world.refusals.size())
                    .isEmpty();
            assertThat(world.refusals).as("the year has some").isNotEmpty();
        }
    }

    static List<Settings> worstCases() {
        List<Settings> all = new ArrayList<>(Settings.examples());
        all.add(new Settings(60, 5, 10, 60, -1, 0, 0));
        all.add(new Settings(0, 5, 5, 30, 3600, 1, 0));
        all.add(new Settings(600, 30, 10, 3600, 120, 1, 900));
        return all;
    }

    /**
     * The formula is no longer than it has to be. A fetch begins just before the key is published and takes as long as it
     * may; so does the next one; and all ask as late as they can.
     */
    @ParameterizedTest
    @MethodSource("worstCases")
    void aTokenThatIsSignedALittleEarlierIsRefused(Settings settings) throws Exception {
        Duration spare = settings.maxAge() > settings.staleMaxAge()
                // The last fresh key set, then, is kept for longer than the last stale one.
                ? Duration.ofSeconds(settings.upstreamTimeout() + settings.probeInterval())
                : Duration.ZERO;
        Duration late = settings.formula()
                .minus(spare)
                .minusSeconds(settings.probeInterval())
                .minusSeconds(1);
        Duration last = lastRefusal(settings, settings.lastFresh());
        for (int gap = 1; gap <= settings.probeInterval(); gap++) {
            Duration justBeforeTheNextFetchEnds = settings.lastFresh()
                    .plusSeconds(gap + settings.upstreamTimeout())
                    .minusMillis(1);
            Duration other = lastRefusal(settings, justBeforeTheNextFetchEnds);
            last = last.compareTo(other) > 0 ? last : other;
        }
        assertThat(last).isBetween(late, settings.formula());
        assertThat(lastRefusal(settings, settings.gatewaysPart()))
                .as("refusals with what the gateway gives away after its part of the formula")
                .isZero();
    }

    /** How long after publishing a token is refused with the key set that is asked for at a moment; zero where it has the key. */
    private Duration lastRefusal(Settings settings, Duration asked) throws IOException {
        try (World world = new World(new Random(1), settings, Files.createTempDirectory(directory, "world"))) {
            world.pods.get(1).stop();
            world.slow = true;
            world.pass(MINUTES);
            String fresh = world.newKey();
            Pod gateway = world.pods.get(0);
            int fetches = gateway.fetches(DocumentKind.JWKS);
            while (gateway.fetches(DocumentKind.JWKS) == fetches) {
                world.pass(Duration.ofSeconds(1));
            }
            world.servers.publish(0, fresh);
            world.servers.publish(1, fresh);
            world.pass(asked);
            AtomicReference<KeySetAnswer> answer = new AtomicReference<>();
            world.askAny(null, answer::set);
            world.pass(Duration.ofSeconds(settings.upstreamTimeout()));
            KeySetAnswer reply = answer.get();
            return reply.keys().contains(fresh)
                    ? Duration.ZERO
                    : Duration.ofNanos(reply.at() - world.servers.changedAt(fresh))
                            .plus(settings.kept(reply.maxAge()));
        }
    }

    private World world(long seed) throws IOException {
        Random random = new Random(seed);
        return new World(random, Settings.random(random), directory);
    }
}
