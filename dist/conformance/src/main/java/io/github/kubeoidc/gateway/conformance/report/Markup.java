// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import java.io.IOException;
import java.io.Writer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes elements; texts and attribute values are made {@link Printable} and escaped. */
final class Markup {

    private final XMLStreamWriter out;

    Markup(Writer out) throws IOException {
        try {
            this.out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
    }

    /** The first line of an XML document. */
    Markup xmlDeclaration() throws IOException {
        return write(() -> {
            out.writeStartDocument("UTF-8", "1.0");
            out.writeCharacters("\n");
        });
    }

    /** The first line of an HTML document. */
    Markup htmlDoctype() throws IOException {
        return write(() -> out.writeDTD("<!DOCTYPE html>\n"));
    }

    /** Begins an element; attributes are names and values in turn. */
    Markup begin(String element, String... attributes) throws IOException {
        return write(() -> {
            out.writeStartElement(element);
            attributes(attributes);
        });
    }

    /** An attribute of the element that has just begun. */
    Markup with(String attribute, Object value) throws IOException {
        return write(() -> attributes(attribute, value.toString()));
    }

    Markup end() throws IOException {
        return write(out::writeEndElement);
    }

    /** An element without an end tag, such as HTML's {@code meta}. */
    Markup empty(String element, String... attributes) throws IOException {
        return write(() -> {
            out.writeEmptyElement(element);
            attributes(attributes);
        });
    }

    /** An element with nothing but text in it. */
    Markup element(String element, String text, String... attributes) throws IOException {
        return begin(element, attributes).text(text).end();
    }

    Markup text(String text) throws IOException {
        return write(() -> out.writeCharacters(Printable.line(text)));
    }

    /** Lines of our own, which stay lines. */
    Markup lines(String text) throws IOException {
        return write(() -> out.writeCharacters(text));
    }

    /** A line end, so that the source can be read too. */
    Markup lineEnd() throws IOException {
        return lines("\n");
    }

    void finish() throws IOException {
        write(() -> {
            out.writeEndDocument();
            out.writeCharacters("\n");
            out.flush();
        });
    }

    private void attributes(String... attributes) throws XMLStreamException {
        for (int i = 0; i < attributes.length; i += 2) {
            out.writeAttribute(attributes[i], Printable.line(attributes[i + 1]));
        }
    }

    private Markup write(Step step) throws IOException {
        try {
            step.run();
        } catch (XMLStreamException e) {
            throw new IOException(e);
        }
        return this;
    }

    @FunctionalInterface
    private interface Step {
        void run() throws XMLStreamException;
    }
}
