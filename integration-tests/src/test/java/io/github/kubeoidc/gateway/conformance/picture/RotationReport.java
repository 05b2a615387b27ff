// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import io.github.kubeoidc.gateway.conformance.picture.RotationScene.Observation;
import io.github.kubeoidc.gateway.conformance.picture.TimeChart.Bar;
import io.github.kubeoidc.gateway.conformance.picture.TimeChart.Moment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What an announced rotation and a hard one showed. */
record RotationReport(Rotation.Settings settings, double seconds, Scene announced, Scene hard) {
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
    List<String> wrongs() {
        List<String> wrongs = new ArrayList<>();
        announced.observations().stream()
                .filter(RotationReport::isRefused)
                .forEach(seen -> wrongs.add("a token was refused in an announced rotation: " + seen));
        if (after(hard).noneMatch(seen -> seen.verdicts().stream().anyMatch(verdict -> !verdict.newest()))) {
            wrongs.add("a hard rotation was noticed by nobody");
        }
        if (last(announced).verdicts().stream()
                        .anyMatch(verdict -> verdict.kept().contains(RotationScene.OLD))
                || last(hard).verdicts().stream()
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

    /** The figures. */
    String text() {
        StringBuilder text = new StringBuilder(summary()).append(System.lineSeparator());
        wrongs().stream()
                .limit(10)
                .forEach(wrong -> text.append("WRONG: ").append(wrong).append(System.lineSeparator()));
        return text.append(wrongs().isEmpty() ? "all is well" : wrongs().size() + " things are wrong")
                .append(System.lineSeparator())
                .toString();
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
        return scene.observations().stream()
                .mapToLong(seen -> 2L * seen.verdicts().size())
                .sum();
    }

    private static long refused(Scene scene) {
        return scene.observations().stream()
                .flatMap(seen -> seen.verdicts().stream())
                .mapToLong(verdict -> (verdict.newest() ? 0 : 1) + (verdict.oldest() ? 0 : 1))
                .sum();
    }

    /** The picture. */
    String svg() throws IOException {
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
        runs(scene, seen -> presence.test(seen, RotationScene.OLD))
                .forEach(run -> bars.add(new Bar("old key", row - LANE, run.from(), run.to(), TimeChart.BLUE, THIN)));
        runs(scene, seen -> presence.test(seen, RotationScene.NEW))
                .forEach(run -> bars.add(new Bar("new key", row + LANE, run.from(), run.to(), TimeChart.ORANGE, THIN)));
    }

    private void verdicts(List<Bar> bars, Scene scene, int row, Predicate<Observation> accepted) {
        runs(scene, accepted)
                .forEach(run -> bars.add(new Bar("token accepted", row, run.from(), run.to(), TimeChart.GREEN, THIN)));
        runs(scene, accepted.negate())
                .forEach(run -> bars.add(new Bar("token refused", row, run.from(), run.to(), TimeChart.RED, THICK)));
    }

    private record Run(double from, double to) {}

    /** The times over which something holds, each up to the observation in which it does no longer. */
    private List<Run> runs(Scene scene, Predicate<Observation> condition) {
        List<Run> runs = new ArrayList<>();
        double from = Double.NaN;
        for (Observation seen : scene.observations()) {
            if (condition.test(seen) && Double.isNaN(from)) {
                from = seen.second();
            } else if (!condition.test(seen) && !Double.isNaN(from)) {
                runs.add(new Run(from, seen.second()));
                from = Double.NaN;
            }
        }
        if (!Double.isNaN(from)) {
            runs.add(new Run(from, seconds));
        }
        return runs;
    }
}
