// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import io.github.kubeoidc.gateway.conformance.picture.TimeChart.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One quantity over the time of a soak. It is <em>flat</em> where its least value in the last third of the time is not above
 * that in the second third by more than an allowance; the first third is for warming up. What leaks raises the least value;
 * a mean also rises with what happens to go on.
 */
final class Series {

    private final String name;
    private final String unit;
    private final double allowance;
    private final List<Point> points = new ArrayList<>();

    /**
     * Begins one.
     *
     * @param name what is measured
     * @param unit the unit of values and allowance, empty for a number of things
     * @param allowance how far its least value in the last third may be above that in the second
     */
    Series(String name, String unit, double allowance) {
        this.name = name;
        this.unit = unit;
        this.allowance = allowance;
    }

    /** Begins one that may rise and fall as it likes. */
    Series(String name, String unit) {
        this(name, unit, Double.MAX_VALUE);
    }

    /** Adds what was measured so many seconds after the beginning. */
    synchronized void add(double second, double value) {
        points.add(new Point(second, value));
    }

    synchronized List<Point> points() {
        return List.copyOf(points);
    }

    String name() {
        return name;
    }

    String unit() {
        return unit;
    }

    boolean isFlat(double seconds) {
        return lastThird(seconds) <= secondThird(seconds) + allowance;
    }

    double secondThird(double seconds) {
        return least(seconds / 3, seconds * 2 / 3);
    }

    double lastThird(double seconds) {
        return least(seconds * 2 / 3, Double.MAX_VALUE);
    }

    /** What was compared, in words. */
    String verdict(double seconds) {
        return String.format(
                Locale.ROOT,
                "%s: %s at least in the second third, %s in the last; %s more would be flat still",
                name,
                value(secondThird(seconds)),
                value(lastThird(seconds)),
                value(allowance));
    }

    private String value(double value) {
        return unit.isEmpty()
                ? String.format(Locale.ROOT, "%.1f", value)
                : String.format(Locale.ROOT, "%.1f %s", value, unit);
    }

    private double least(double from, double to) {
        return points().stream()
                .filter(point -> point.second() >= from && point.second() < to)
                .mapToDouble(Point::value)
                .min()
                .orElseThrow(() -> new AssertionError("nothing was measured: " + name));
    }
}
