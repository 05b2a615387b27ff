// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import io.github.kubeoidc.gateway.conformance.soak.Observations.FaultPhase;
import io.github.kubeoidc.gateway.conformance.soak.Observations.Phase;
import io.github.kubeoidc.gateway.conformance.soak.Series.Sample;
import java.util.List;
import java.util.Locale;

/** Draws the quantities of a soak over its time, one panel each, as SVG. */
final class SoakChart {

    private static final int WIDTH = 960;
    private static final int LEFT = 64;
    private static final int RIGHT = 24;
    private static final int TOP = 84;
    private static final int PANEL = 112;
    private static final int GAP = 46;
    private static final int BOTTOM = 44;
    private static final int PLOT = WIDTH - LEFT - RIGHT;

    private final List<Phase> phases;
    private final List<Series> series;
    private final double seconds;
    private final StringBuilder svg = new StringBuilder();

    SoakChart(List<Phase> phases, List<Series> series, double seconds) {
        this.phases = phases;
        this.series = series;
        this.seconds = seconds;
    }

    /**
     * Draws it.
     *
     * @param summary the line below the title
     */
    String svg(String summary) {
        int height = TOP + series.size() * (PANEL + GAP) - GAP + BOTTOM;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"system-ui, Helvetica, Arial, "
                        + "sans-serif\" font-size=\"12\" fill=\"#24292f\">",
                WIDTH, height);
        add("<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, height);
        text(LEFT, 28, "start", "font-size=\"17\" font-weight=\"600\"", "A gateway soaked for " + time(seconds));
        text(LEFT, 48, "start", "fill=\"#57606a\"", summary);
        legend();
        int y = TOP;
        for (Series quantity : series) {
            panel(quantity, y);
            y += PANEL + GAP;
        }
        return svg.append("</svg>\n").toString();
    }

    private void legend() {
        int x = WIDTH - RIGHT - 240;
        text(x - 10, 48, "end", "fill=\"#57606a\"", "API server with");
        for (FaultPhase kind : List.of(FaultPhase.STORM, FaultPhase.OUTAGE)) {
            add("<rect x=\"%d\" y=\"38\" width=\"14\" height=\"12\" fill=\"%s\"/>", x, colour(kind));
            text(x + 19, 48, "start", "", kind == FaultPhase.STORM ? "changing faults" : "one long fault");
            x += 135;
        }
    }

    private void panel(Series quantity, int top) {
        int bottom = top + PANEL;
        double most =
                quantity.samples().stream().mapToDouble(Sample::value).max().orElse(1);
        double step = step(most / 3);
        double ceiling = Math.ceil(most * 1.2 / step) * step;
        text(LEFT, top - 8, "start", "font-weight=\"600\"", quantity.name() + unit(quantity));
        add("<g>");
        for (Phase phase : phases) {
            if (phase.kind() != FaultPhase.CALM) {
                add(
                        "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                        x(phase.from()), top, x(phase.to()) - x(phase.from()), PANEL, colour(phase.kind()));
            }
        }
        add("</g>");
        for (double value = 0; value <= ceiling + step / 2; value += step) {
            double y = bottom - value / ceiling * PANEL;
            add("<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#d0d7de\"/>", LEFT, y, WIDTH - RIGHT, y);
            text(LEFT - 8, y + 4, "end", "fill=\"#57606a\"", number(value));
        }
        double tick = timeStep();
        for (double second = 0; second <= seconds; second += tick) {
            add(
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#57606a\"/>",
                    x(second), bottom, x(second), bottom + 4);
            text(x(second), bottom + 17, "middle", "fill=\"#57606a\"", time(second));
        }
        thirds(quantity, top, ceiling);
        StringBuilder points = new StringBuilder();
        for (Sample sample : quantity.samples()) {
            points.append(String.format(
                    Locale.ROOT, "%.1f,%.1f ", x(sample.second()), bottom - sample.value() / ceiling * PANEL));
        }
        add(
                "<polyline points=\"%s\" fill=\"none\" stroke=\"#0550ae\" stroke-width=\"1.2\" stroke-linejoin=\"round\"/>",
                points.toString().strip());
    }

    /** What is compared: the means of the second third and of the last. */
    private void thirds(Series quantity, int top, double ceiling) {
        double[] means = {quantity.secondThird(seconds), quantity.lastThird(seconds)};
        for (int third = 1; third <= 2; third++) {
            double from = x(seconds * third / 3);
            double to = x(seconds * (third + 1) / 3);
            double y = top + PANEL - means[third - 1] / ceiling * PANEL;
            add(
                    "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#cf222e\" stroke-dasharray=\"5 3\"/>",
                    from, y, to, y);
            text(
                    to - 4,
                    y - 14,
                    "end",
                    "fill=\"#cf222e\"",
                    (third == 1 ? "second third: " : "last third: ")
                            + String.format(Locale.ROOT, "%.1f on average", means[third - 1]));
        }
    }

    private static String unit(Series quantity) {
        return quantity.unit().isEmpty() ? "" : ", " + quantity.unit();
    }

    private static String colour(FaultPhase kind) {
        return kind == FaultPhase.STORM ? "#fff1c2" : "#ffd8d3";
    }

    private double x(double second) {
        return LEFT + Math.min(second, seconds) / seconds * PLOT;
    }

    /** A round number that is at least so much. */
    private static double step(double least) {
        double power = Math.pow(10, Math.floor(Math.log10(least)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= least) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private double timeStep() {
        return seconds <= 120 ? 10 : seconds <= 600 ? 60 : seconds <= 3600 ? 120 : 3600;
    }

    private static String time(double second) {
        return second < 90 ? Math.round(second) + " s" : Math.round(second / 60) + " min";
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private void text(double x, double y, String anchor, String attributes, String text) {
        add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" %s>%s</text>", x, y, anchor, attributes, text);
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
