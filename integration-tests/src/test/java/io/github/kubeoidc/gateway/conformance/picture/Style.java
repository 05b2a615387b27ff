// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.Marker;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.TextAnchor;

/** How the parts of a chart look: no frames, pale lines, text in sizes that can be read where a page makes the picture smaller. */
final class Style {
    /** For what is not to be looked at first. */
    static final Color PALE = new Color(0x57606a);

    private static final Color INK = new Color(0x24292f);
    private static final Color GRID = new Color(0xd8dee4);
    private static final Color NONE = new Color(0, 0, 0, 0);

    private Style() {}

    static void of(ValueAxis axis) {
        axis.setLabelFont(font(Font.BOLD, 11));
        axis.setLabelPaint(INK);
        axis.setTickLabelFont(font(Font.PLAIN, 11));
        axis.setTickLabelPaint(PALE);
        axis.setAxisLineVisible(false);
    }

    static void of(XYPlot plot) {
        plot.setOrientation(PlotOrientation.VERTICAL);
        plot.setBackgroundPaint(Color.WHITE);
        plot.setOutlineVisible(false);
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinePaint(GRID);
        plot.setRangeGridlineStroke(new BasicStroke(1));
    }

    static void label(Marker marker, String label, RectangleAnchor anchor, TextAnchor textAnchor) {
        marker.setLabel(label);
        marker.setLabelFont(font(Font.PLAIN, 11));
        marker.setLabelPaint(INK);
        marker.setLabelBackgroundColor(NONE);
        marker.setLabelAnchor(anchor);
        marker.setLabelTextAnchor(textAnchor);
    }

    static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }
}
