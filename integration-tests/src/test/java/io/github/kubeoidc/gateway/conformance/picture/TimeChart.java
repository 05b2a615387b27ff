// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Line2D;
import java.io.IOException;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.Range;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * Panels below each other that share the time of a run as their horizontal axis, as an SVG. Times are given in seconds. Its
 * background is white, so that it can be read on a dark page too.
 */
public final class TimeChart {
    /** What is as it should be. */
    public static final Color BLUE = new Color(0x0550ae);
    /** A second quantity beside the blue one. */
    public static final Color PURPLE = new Color(0x8250df);
    /** A second quantity that is compared with the blue one. */
    public static final Color ORANGE = new Color(0xd4720b);
    /** What failed. */
    public static final Color RED = new Color(0xcf222e);
    /** What was accepted. */
    public static final Color GREEN = new Color(0x2da44e);
    /** A light band behind a panel. */
    public static final Color LIGHT = new Color(0xd8dee4);
    /** A band behind a panel, so much darker that the two are told apart. */
    public static final Color DARK = new Color(0x57606a);

    private static final int WIDTH = 960;
    private static final float LINE = 1.5f;
    private static final float DOT = 4;

    /** So much of the width that nobody sees it. */
    private static final double HAIR = 1e-5;

    /** So much of the width is the label of a moment allowed before the next one. */
    private static final double LABEL = 0.15;

    private static final double MINUTES_FROM = 120;

    private final CombinedDomainXYPlot panels;
    private final double seconds;
    private final double unit;
    private final Set<String> inLegend = new HashSet<>();
    private List<Band> bands = List.of();
    private List<Moment> moments = List.of();

    /**
     * Begins one.
     *
     * @param seconds how long the run lasted
     */
    public TimeChart(double seconds) {
        this.seconds = seconds;
        this.unit = seconds < MINUTES_FROM ? 1 : 60;
        NumberAxis axis = new NumberAxis(unit == 1 ? "seconds" : "minutes");
        axis.setRange(0, seconds / unit);
        Style.of(axis);
        panels = new CombinedDomainXYPlot(axis);
        panels.setGap(18);
    }

    /** A moment and what was measured then; not a number where a line is to be interrupted. */
    public record Point(double second, double value) {}

    /** One quantity, as a line or as dots. */
    public record Curve(String name, Color colour, boolean isDots, List<Point> points) {
        /** A line. */
        public static Curve line(String name, Color colour, List<Point> points) {
            return new Curve(name, colour, false, points);
        }

        /** Dots. */
        public static Curve dots(String name, Color colour, List<Point> points) {
            return new Curve(name, colour, true, points);
        }
    }

    /** A time behind panels, with what it is. */
    public record Band(double from, double to, Color colour, String label) {}

    /** A moment across panels, with what happened then. */
    public record Moment(double second, String label) {}

    /**
     * A time in a panel of rows.
     *
     * @param name what it is, for the legend
     * @param row which row, counted from the top, with a fraction where it is not to be in the middle
     * @param thickness in pixels
     */
    public record Bar(String name, double row, double from, double to, Color colour, int thickness) {}

    /** Puts bands and moments into each panel that is added from now on; the first one of these names them. */
    public TimeChart behind(List<Band> newBands, List<Moment> newMoments) {
        bands = newBands;
        moments = newMoments;
        return this;
    }

    /** Adds a panel of things that are counted, from none on. */
    public TimeChart counts(String title, List<Curve> curves) {
        double most = curves.stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(Point::value)
                .max()
                .orElse(0);
        return upTo(Math.max(1, most * 1.2), title, curves);
    }

    /** Adds a panel of things that are counted, or of shares in percent, with an upper end. */
    public TimeChart upTo(double top, String title, List<Curve> curves) {
        NumberAxis axis = new NumberAxis(title);
        axis.setStandardTickUnits(NumberAxis.createIntegerTickUnits());
        // A line of zeros is to be seen above the edge.
        axis.setRange(-top / 20, top);
        panel(axis, 5, curves);
        return this;
    }

    /** Adds a panel of times in milliseconds. */
    public TimeChart millis(String title, double least, double most, List<Curve> curves) {
        LogAxis axis = new LogAxis(title);
        axis.setRange(new Range(least, most));
        axis.setTickUnit(new NumberTickUnit(1));
        axis.setNumberFormatOverride(new DecimalFormat("#,##0.#", DecimalFormatSymbols.getInstance(Locale.ROOT)));
        panel(axis, 5, curves);
        return this;
    }

    /** Adds a narrow panel that has nothing but bands. */
    public TimeChart strip(List<Band> only) {
        NumberAxis axis = new NumberAxis("");
        axis.setRange(0, 1);
        axis.setTickLabelsVisible(false);
        behind(only, List.of());
        panel(axis, 1, List.of()).setRangeGridlinesVisible(false);
        return this;
    }

    /** Adds a panel of rows with bars, the first row at the top. */
    public TimeChart rows(String title, List<String> rows, List<Bar> bars) {
        SymbolAxis axis = new SymbolAxis(title, rows.toArray(String[]::new));
        axis.setInverted(true);
        axis.setGridBandsVisible(false);
        axis.setTickMarksVisible(false);
        // Above the first row is room for the labels of moments.
        axis.setRange(-1.2, rows.size() - 0.4);
        XYSeriesCollection lines = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        for (Bar bar : bars) {
            int index = lines.getSeriesCount();
            XYSeries line = new XYSeries(index);
            line.add(bar.from() / unit, bar.row());
            line.add(bar.to() / unit, bar.row());
            renderer.setSeriesPaint(index, bar.colour());
            renderer.setSeriesStroke(
                    index, new BasicStroke(bar.thickness(), BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER));
            renderer.setSeriesVisibleInLegend(index, inLegend.add(bar.name()));
            lines.addSeries(line);
        }
        renderer.setLegendItemLabelGenerator(
                (dataset, series) -> bars.get(series).name());
        add(new XYPlot(lines, null, axis, renderer), axis, rows.size()).setRangeGridlinesVisible(false);
        return this;
    }

    private XYPlot panel(ValueAxis axis, int weight, List<Curve> curves) {
        XYSeriesCollection lines = new XYSeriesCollection();
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        renderer.setDrawSeriesLineAsPath(true);
        for (Curve curve : curves) {
            int index = lines.getSeriesCount();
            XYSeries line = new XYSeries(index + curve.name());
            for (Point point : curve.points()) {
                double x = point.second() / unit;
                line.add(x, point.value());
                if (curve.isDots()) {
                    // A short line with round ends: all dots are one path then, which makes the file a quarter as
                    // large.
                    line.add(x + seconds / unit * HAIR, point.value());
                    line.add(x + seconds / unit * HAIR * 2, Double.NaN);
                }
            }
            renderer.setSeriesPaint(index, curve.colour());
            renderer.setSeriesStroke(
                    index, new BasicStroke(curve.isDots() ? DOT : LINE, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            if (curve.isDots()) {
                renderer.setLegendLine(new Line2D.Double(-0.1, 0, 0.1, 0));
            }
            renderer.setSeriesVisibleInLegend(index, curves.size() > 1 && inLegend.add(curve.name()));
            lines.addSeries(line);
        }
        renderer.setLegendItemLabelGenerator(
                (dataset, series) -> curves.get(series).name());
        return add(new XYPlot(lines, null, axis, renderer), axis, weight);
    }

    private XYPlot add(XYPlot plot, ValueAxis axis, int weight) {
        Style.of(axis);
        Style.of(plot);
        boolean isFirst = panels.getSubplots().isEmpty();
        for (Band band : bands) {
            IntervalMarker marker = new IntervalMarker(band.from() / unit, band.to() / unit, band.colour());
            marker.setAlpha(1);
            if (isFirst) {
                Style.label(marker, band.label(), RectangleAnchor.TOP, TextAnchor.TOP_CENTER);
            }
            plot.addDomainMarker(marker, Layer.BACKGROUND);
        }
        for (int i = 0; i < moments.size(); i++) {
            Moment moment = moments.get(i);
            boolean isCrowded =
                    i + 1 < moments.size() && moments.get(i + 1).second() - moment.second() < seconds * LABEL;
            ValueMarker marker = new ValueMarker(moment.second() / unit, Style.PALE, new BasicStroke(1));
            Style.label(
                    marker,
                    moment.label(),
                    isCrowded ? RectangleAnchor.TOP_LEFT : RectangleAnchor.TOP_RIGHT,
                    isCrowded ? TextAnchor.TOP_RIGHT : TextAnchor.TOP_LEFT);
            plot.addDomainMarker(marker, Layer.BACKGROUND);
        }
        panels.add(plot, weight);
        return plot;
    }

    /**
     * Draws it.
     *
     * @param height in pixels; it is 960 wide
     * @param title the first line
     * @param summary the line below
     * @param note the last line
     * @return the whole file
     * @throws IOException if it cannot be written
     */
    public String svg(int height, String title, String summary, String note) throws IOException {
        JFreeChart chart = new JFreeChart(title, Style.font(Font.BOLD, 17), panels, true);
        chart.addSubtitle(0, new TextTitle(summary, Style.font(Font.PLAIN, 12)));
        TextTitle last = new TextTitle(note, Style.font(Font.PLAIN, 12));
        last.setPosition(RectangleEdge.BOTTOM);
        chart.addSubtitle(last);
        chart.getLegend().setFrame(BlockBorder.NONE);
        chart.setBackgroundPaint(Color.WHITE);
        chart.setPadding(new RectangleInsets(8, 8, 8, 16));
        return SvgFile.of(chart, WIDTH, height);
    }
}
