// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.picture;

import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.JFreeChart;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** A chart as the text of an SVG. */
final class SvgFile {

    private SvgFile() {}

    /** Draws a chart of so many pixels; a page may show it smaller or larger. */
    static String of(JFreeChart chart, int width, int height) throws IOException {
        SVGGraphics2D svg = new SVGGraphics2D(document());
        chart.draw(svg, new Rectangle2D.Double(0, 0, width, height));
        Element root = svg.getRoot();
        root.setAttributeNS(null, "viewBox", String.format(Locale.ROOT, "0 0 %d %d", width, height));
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
