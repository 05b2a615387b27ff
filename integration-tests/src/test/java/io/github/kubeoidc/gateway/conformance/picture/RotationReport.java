// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import io.github.kubeoidc.gateway.conformance.picture.RotationScene.Observation;
import io.github.kubeoidc.gateway.conformance.picture.TimeChart.Bar;
import io.github.kubeoidc.gateway.conformance.picture.TimeChart.Moment;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What an announced rotation and a hard one showed. */
record RotationReport(Rotation.Settings settings, double seconds, Scene announced, Scene hard) implements Report {
    private static final int HEIGHT = 720;
    private static final int THIN = 5;
    private static final int THICK = 11;

    /** How far a key's lane is from the middle of its row. */
    private static final double LANE = 0.17;

    private static final List<String> ROWS = List.of(
            "API server publishes",
            "API server signs with",
            "gateway serves",
            "A keeps",
            "A: newest token",
            "A: oldest token",
            "B keeps",
            "B: newest token",
            "B: oldest token");

    /** What was seen of one rotation, and its steps. */
    record Scene(List<Observation> observations, List<Moment> moments) {
        private double stepped() {
            return moments.get(0).second();
        }
    }

    /** Everything that was not as the guide promises; nothing if all is well. */
    @Override
    public List<String> wrongs() {
        List<String> wrongs = new ArrayList<>();
        announced.observations().stream()
                .filter(RotationReport::isRefused)
                .forEach(seen -> wrongs.add("a token was refused in an announced rotation: " + seen));
        if (after(hard).noneMatch(seen -> seen.verdicts().stream().anyMatch(verdict -> !verdict.newest()))) {
            wrongs.add("a hard rotation was noticed by nobody");
        }
        if (Stream.of(last(announced), last(hard))
                .flatMap(seen -> seen.verdicts().stream())
                .anyMatch(verdict -> verdict.kept().contains(RotationScene.OLD))) {
            wrongs.add("the old key is kept at the end");
        }
        if (isRefused(last(hard))) {
            wrongs.add("tokens are refused at the end: " + last(hard));
        }
        return wrongs;
    }

    private static boolean isRefused(Observation seen) {
        return seen.verdicts().stream().anyMatch(verdict -> !verdict.newest() || !verdict.oldest());
    }

    private static Stream<Observation> after(Scene scene) {
        return scene.observations().stream().filter(seen -> seen.second() > scene.stepped());
    }

    private static Observation last(Scene scene) {
        return scene.observations().get(scene.observations().size() - 1);
    }

    @Override
    public String figures() {
        return summary() + System.lineSeparator();
    }

    private String summary() {
        return String.format(
                Locale.ROOT,
                "announced: %,d of %,d tokens refused; hard: %,d of %,d",
                refused(announced),
                tokens(announced),
                refused(hard),
                tokens(hard));
    }

    private static long tokens(Scene scene) {
        return verdicts(scene).count();
    }

    private static long refused(Scene scene) {
        return verdicts(scene).filter(accepted -> !accepted).count();
    }

    /** Whether each token was accepted. */
    private static Stream<Boolean> verdicts(Scene scene) {
        return scene.observations().stream()
                .flatMap(seen -> seen.verdicts().stream())
                .flatMap(verdict -> Stream.of(verdict.newest(), verdict.oldest()));
    }

    @Override
    public String svg() throws IOException {
        return new TimeChart(seconds)
                .behind(List.of(), announced.moments())
                .rows("announced rotation", ROWS, bars(announced))
                .behind(List.of(), hard.moments())
                .rows("hard rotation", ROWS, bars(hard))
                .svg(
                        HEIGHT,
                        "A signing key is rotated, as relying parties see it",
                        summary(),
                        String.format(
                                Locale.ROOT,
                                "CACHE_TTL_SECONDS=%d, JWKS_CLIENT_CACHE_TTL_SECONDS=%d, tokens live for %d s; A keeps a key set as long as it is told, B asks for a new one when it meets an unknown key",
                                settings.cacheTtl(),
                                settings.jwksClientTtl(),
                                settings.tokenLife()));
    }

    private List<Bar> bars(Scene scene) {
        List<Bar> bars = new ArrayList<>();
        keys(bars, scene, 0, (seen, kid) -> seen.published().contains(kid));
        keys(bars, scene, 1, (seen, kid) -> seen.signing().equals(kid));
        keys(bars, scene, 2, (seen, kid) -> seen.served().contains(kid));
        for (int i = 0; i < 2; i++) {
            int party = i;
            int row = 3 + 3 * party;
            keys(
                    bars,
                    scene,
                    row,
                    (seen, kid) -> seen.verdicts().get(party).kept().contains(kid));
            verdicts(bars, scene, row + 1, seen -> seen.verdicts().get(party).newest());
            verdicts(bars, scene, row + 2, seen -> seen.verdicts().get(party).oldest());
        }
        return bars;
    }

    /** Whether a key is somewhere at a moment. */
    @FunctionalInterface
    private interface Presence {
        boolean test(Observation seen, String kid);
    }

    private void keys(List<Bar> bars, Scene scene, int row, Presence presence) {
        bars(bars, scene, seen -> presence.test(seen, RotationScene.OLD), "old key", row - LANE, TimeChart.BLUE, THIN);
        bars(
                bars,
                scene,
                seen -> presence.test(seen, RotationScene.NEW),
                "new key",
                row + LANE,
                TimeChart.ORANGE,
                THIN);
    }

    private void verdicts(List<Bar> bars, Scene scene, int row, Predicate<Observation> accepted) {
        bars(bars, scene, accepted, "token accepted", row, TimeChart.GREEN, THIN);
        bars(bars, scene, accepted.negate(), "token refused", row, TimeChart.RED, THICK);
    }

    /** Bars for the times over which something holds, each up to the observation in which it does no longer. */
    private void bars(
            List<Bar> bars,
            Scene scene,
            Predicate<Observation> condition,
            String name,
            double row,
            Color colour,
            int thickness) {
        double from = Double.NaN;
        for (Observation seen : scene.observations()) {
            if (condition.test(seen) && Double.isNaN(from)) {
                from = seen.second();
            } else if (!condition.test(seen) && !Double.isNaN(from)) {
                bars.add(new Bar(name, row, from, seen.second(), colour, thickness));
                from = Double.NaN;
            }
        }
        if (!Double.isNaN(from)) {
            bars.add(new Bar(name, row, from, seconds, colour, thickness));
        }
    }
}
