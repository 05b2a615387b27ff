// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import io.github.kubeoidc.gateway.conformance.picture.Report;
import io.github.kubeoidc.gateway.conformance.picture.TimeChart;
import io.github.kubeoidc.gateway.conformance.picture.TimeChart.Band;
import io.github.kubeoidc.gateway.conformance.picture.TimeChart.Curve;
import io.github.kubeoidc.gateway.conformance.soak.Observations.FaultPhase;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/** What a soak showed. */
final class SoakReport implements Report {

    private static final int HEIGHT = 900;

    /** More than one client ever waits, and less than an answer that is too late: the bounds of the axis. */
    private static final double LEAST_MILLIS = 0.1;

    private static final double MOST_MILLIS = 10_000;

    private final long seed;
    private final Observations seen;
    private final Answers answers;
    private final List<Series> series;
    private final double seconds;

    SoakReport(long seed, Observations seen, Answers answers, List<Series> series) {
        this.seed = seed;
        this.seen = seen;
        this.answers = answers;
        this.series = series;
        this.seconds =
                seen.phases().stream().mapToDouble(Observations.Phase::to).max().orElse(0);
    }

    @Override
    public List<String> wrongs() {
        List<String> wrongs = new ArrayList<>(seen.wrongs());
        if (seen.answerMillis(0.999) > Soak.MOST_ANSWER_MILLIS) {
            wrongs.add("a document took " + seen.answerMillis(0.999) + " ms for one request in a thousand; allowed are "
                    + Soak.MOST_ANSWER_MILLIS);
        }
        series.stream()
                .filter(quantity -> !quantity.isFlat(seconds))
                .forEach(quantity -> wrongs.add("not flat: " + quantity.verdict(seconds)));
        return wrongs;
    }

    /** First what clients saw, then what the process held, then how the API server was. */
    @Override
    public String svg() throws IOException {
        TimeChart chart = new TimeChart(seconds)
                .counts("documents lost", List.of(curve(answers.lost(), TimeChart.BLUE)))
                .millis(
                        "ms to a document",
                        LEAST_MILLIS,
                        MOST_MILLIS,
                        List.of(curve(answers.half(), TimeChart.BLUE), curve(answers.slowest(), TimeChart.PURPLE)));
        for (Series quantity : series) {
            chart.counts(
                    quantity.unit().isEmpty() ? quantity.name() : quantity.name() + ", " + quantity.unit(),
                    List.of(curve(quantity, TimeChart.BLUE)));
        }
        List<Band> failing = seen.phases().stream()
                .filter(phase -> phase.kind() != FaultPhase.CALM)
                .map(phase -> new Band(
                        phase.from(),
                        phase.to(),
                        phase.kind() == FaultPhase.STORM ? TimeChart.LIGHT : TimeChart.DARK,
                        ""))
                .toList();
        return chart.strip(failing)
                .svg(
                        HEIGHT,
                        "A gateway soaked for "
                                + (seconds < 120
                                        ? Math.round(seconds) + " seconds"
                                        : Math.round(seconds / 60) + " minutes"),
                        summary(),
                        "band at the bottom: the API server with changing faults (light), or with one long fault (dark)");
    }

    private static Curve curve(Series quantity, Color colour) {
        return Curve.line(quantity.name(), colour, quantity.points());
    }

    private String summary() {
        return String.format(
                Locale.ROOT,
                "%,d requests, %,d faults, %,d rotations, %s",
                seen.sum("request "),
                seen.sum("fault: "),
                seen.sum("rotation of "),
                wrongs().isEmpty() ? "no document lost" : "FAILED");
    }

    @Override
    public String figures() {
        StringBuilder text = new StringBuilder();
        Formatter lines = new Formatter(text, Locale.ROOT);
        lines.format(
                "%.0f s, seed %d: %d requests %s", seconds, seed, seen.sum("request "), seen.countedBy("request "));
        lines.format(", %d of them rude%n", seen.sum("rude: "));
        lines.format("answers as logged: %s%n", seen.countedBy("logged "));
        lines.format("health: %s%n", seen.countedBy("health "));
        lines.format("faults: %d %s%n", seen.sum("fault: "), seen.countedBy("fault: "));
        lines.format("rotations: %d %s%n", seen.sum("rotation of "), seen.countedBy("rotation of "));
        lines.format(
                "time to a document: 50 %% within %d ms, 99 %% within %d ms, 99.9 %% within %d ms, all within %d ms%n",
                seen.answerMillis(0.5), seen.answerMillis(0.99), seen.answerMillis(0.999), seen.answerMillis(1));
        lines.format(
                "what was published in a calm was served after at most %.2f s; allowed are %d s%n",
                seen.slowestRotation().toMillis() / 1e3, Soak.ROTATION_BOUND.toSeconds());
        series.forEach(quantity -> lines.format("%s%n", quantity.verdict(seconds)));
        return text.toString();
    }

    /**
     * What clients saw, second by second.
     *
     * @param lost how many answers were not as promised, so far
     * @param half the time that half of the answers took no longer than, in milliseconds
     * @param slowest the time of the slowest answer, in milliseconds
     */
    record Answers(Series lost, Series half, Series slowest) {}
}
