// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.soak;

import io.github.kubeoidc.gateway.conformance.soak.Observations.FaultPhase;
import io.github.kubeoidc.gateway.conformance.soak.Observations.Phase;
import io.github.kubeoidc.gateway.conformance.soak.Series.Sample;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.StringWriter;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYItemRenderer;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.Range;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** Draws a soak over its time: first what clients saw, then what the process held, then how the API server was. */
final class SoakChart {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 900;
    private static final int PANEL = 5;
    private static final Color INK = new Color(0x24292f);
    private static final Color PALE = new Color(0x57606a);
    private static final Color GRID = new Color(0xd8dee4);
    private static final Color[] LINES = {new Color(0x0550ae), new Color(0x8250df)};

    /** More than one client ever waits, and less than an answer that is too late: the bounds of the axis. */
    private static final Range MILLIS = new Range(0.1, 10_000);

    private final CombinedDomainXYPlot panels;
    private final List<Phase> phases;

    /** Draws phases of so many seconds in all. */
    SoakChart(List<Phase> phases, double seconds) {
        this.phases = phases;
        NumberAxis minutes = new NumberAxis("minutes");
        minutes.setRange(0, seconds / 60);
        styled(minutes);
        panels = new CombinedDomainXYPlot(minutes);
        panels.setGap(18);
    }

    /** Adds a panel of things that are counted, from none on. */
    SoakChart counts(String title, Series... series) {
        NumberAxis axis = new NumberAxis(title);
        axis.setStandardTickUnits(NumberAxis.createIntegerTickUnits());
        double most = List.of(series).stream()
                .flatMap(quantity -> quantity.samples().stream())
                .mapToDouble(Sample::value)
                .max()
                .orElse(0);
        double top = Math.max(1, most * 1.2);
        // A line of zeros is to be seen above the edge.
        axis.setRange(-top / 20, top);
        return panel(axis, series);
    }

    /** Adds a panel of times in milliseconds. */
    SoakChart millis(String title, Series... series) {
        LogAxis axis = new LogAxis(title);
        axis.setRange(MILLIS);
        axis.setTickUnit(new NumberTickUnit(1));
        axis.setNumberFormatOverride(new DecimalFormat("#,##0.#", DecimalFormatSymbols.getInstance(Locale.ROOT)));
        return panel(axis, series);
    }

    private SoakChart panel(ValueAxis axis, Series... series) {
        XYSeriesCollection lines = new XYSeriesCollection();
        StandardXYItemRenderer renderer = new StandardXYItemRenderer();
        for (Series quantity : series) {
            XYSeries line = new XYSeries(quantity.name());
            quantity.samples().forEach(sample -> line.add(sample.second() / 60, sample.value()));
            renderer.setSeriesPaint(lines.getSeriesCount(), LINES[lines.getSeriesCount()]);
            renderer.setSeriesStroke(lines.getSeriesCount(), new BasicStroke(1.5f));
            renderer.setSeriesVisibleInLegend(lines.getSeriesCount(), series.length > 1);
            lines.addSeries(line);
        }
        XYPlot plot = new XYPlot(lines, null, axis, renderer);
        styled(axis);
        styled(plot);
        panels.add(plot, PANEL);
        return this;
    }

    /** Adds a narrow panel of the times in which upstream failed. */
    private void addPhases() {
        NumberAxis axis = new NumberAxis("");
        axis.setRange(0, 1);
        axis.setTickLabelsVisible(false);
        XYPlot plot = new XYPlot(new XYSeriesCollection(), null, axis, new StandardXYItemRenderer());
        styled(axis);
        styled(plot);
        plot.setRangeGridlinesVisible(false);
        for (Phase phase : phases) {
            if (phase.kind() != FaultPhase.CALM) {
                Color colour = phase.kind() == FaultPhase.STORM ? GRID : PALE;
                plot.addDomainMarker(new IntervalMarker(phase.from() / 60, phase.to() / 60, colour), Layer.BACKGROUND);
            }
        }
        panels.add(plot, 1);
    }

    private static void styled(ValueAxis axis) {
        axis.setLabelFont(font(Font.BOLD, 11));
        axis.setLabelPaint(INK);
        axis.setTickLabelFont(font(Font.PLAIN, 11));
        axis.setTickLabelPaint(PALE);
        axis.setAxisLineVisible(false);
    }

    private static void styled(XYPlot plot) {
        plot.setOrientation(PlotOrientation.VERTICAL);
        plot.setBackgroundPaint(Color.WHITE);
        plot.setOutlineVisible(false);
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(GRID);
        plot.setRangeGridlineStroke(new BasicStroke(1));
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    /**
     * Draws it.
     *
     * @param title the first line
     * @param summary the line below
     */
    String svg(String title, String summary) throws IOException {
        addPhases();
        JFreeChart chart = new JFreeChart(title, font(Font.BOLD, 17), panels, true);
        chart.addSubtitle(0, new TextTitle(summary, font(Font.PLAIN, 12)));
        chart.addSubtitle(new TextTitle(
                "band at the bottom: the API server with changing faults (light), or with one long fault (dark)",
                font(Font.PLAIN, 12)));
        chart.getLegend().setFrame(BlockBorder.NONE);
        chart.setBackgroundPaint(Color.WHITE);
        chart.setPadding(new RectangleInsets(8, 8, 8, 16));
        SVGGraphics2D svg = new SVGGraphics2D(document());
        chart.draw(svg, new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
        Element root = svg.getRoot();
        root.setAttributeNS(null, "viewBox", String.format(Locale.ROOT, "0 0 %d %d", WIDTH, HEIGHT));
        StringWriter text = new StringWriter();
        svg.stream(root, text, true, false);
        return text.toString();
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument("http://www.w3.org/2000/svg", "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }
}
