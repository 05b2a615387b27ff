// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Each form of a report, with messages that try to break out of it. */
class ReportFormsTest {

    private static String written(ReportWriter writer, Report report) throws IOException {
        StringWriter out = new StringWriter();
        writer.write(report, out);
        return out.toString();
    }

    private static Document parsed(String xml) throws IOException, SAXException, ParserConfigurationException {
        DocumentBuilder builder = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder();
        builder.setErrorHandler(null);
        return builder.parse(new InputSource(new StringReader(xml)));
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    @Test
    void theConsoleGetsNoByteThatDoesSomething() throws IOException {
        String text = written(new ConsoleText(false), Reports.hostile());
        assertThat(text.codePoints())
                .allMatch(character -> character == '\n' || character >= 0x20)
                .noneMatch(character -> character >= 0x7f && character < 0xa0 || character == 0x202e);
        assertThat(text.lines().toList())
                .hasSize(10)
                .contains(
                        "ok        10 it is last (1.2 s)",
                        "FAILED    2.10 it | <fails> & \"fails\" (1.2 s)",
                        "warning   2.9 it warns (1.2 s)",
                        "UNCLEAR   1.1 it is unclear (1.2 s)")
                .anyMatch(line -> line.startsWith("left out  1 it is left out (sent «GET /"))
                .anyMatch(line -> line.startsWith("          breaks 2.10, it | <fails>")
                        && line.endsWith("; expected status 200"))
                .endsWith(
                        "5 checks: 1 passed, 1 failed, 1 warned, 1 left out, 1 unclear; 65.4 s",
                        "1 promise is broken. 1 promise could not be judged.");
    }

    @Test
    void theConsoleIsColouredOnRequest() throws IOException {
        assertThat(written(new ConsoleText(true), Reports.hostile()))
                .contains("\u001b[32mok        \u001b[0m10", "\u001b[31mFAILED", "\u001b[33mwarning")
                .doesNotContain("\u001b]");
    }

    @Test
    void jsonHasEverything() throws IOException {
        JsonObject report = new Gson().fromJson(written(JsonReport::write, Reports.hostile()), JsonObject.class);
        assertThat(report.get("subject").getAsString()).isEqualTo("<gateway> | \\x1b[31m&");
        assertThat(report.get("began").getAsString()).isEqualTo("2026-02-03T04:05:06.789Z");
        assertThat(report.get("seconds").getAsDouble()).isEqualTo(65.432);
        assertThat(report.get("conforms").getAsBoolean()).isFalse();
        assertThat(report.get("counts"))
                .hasToString("{\"passed\":1,\"failed\":1,\"warned\":1,\"left_out\":1,\"unclear\":1}");
        assertThat(report.getAsJsonArray("results")).hasSize(5);
        JsonObject failed = report.getAsJsonArray("results").get(1).getAsJsonObject();
        assertThat(failed.keySet())
                .containsExactly("name", "section", "severity", "scope", "outcome", "seconds", "message");
        assertThat(failed.get("name").getAsString()).isEqualTo("2.10 it | <fails> & \"fails\"");
        assertThat(failed.get("severity").getAsString()).isEqualTo("must");
        assertThat(failed.get("scope").getAsString()).isEqualTo("any");
        assertThat(failed.get("outcome").getAsString()).isEqualTo("failed");
        assertThat(failed.get("message").getAsString())
                .isEqualTo(Reports.hostile().results().get(1).message())
                .contains("<script>alert(1)</script>");
        assertThat(report.getAsJsonArray("results").get(0).getAsJsonObject().has("message"))
                .isFalse();
    }

    @Test
    void junitIsWhatCiSystemsRead() throws Exception {
        Document xml = parsed(written(JUnitReport::write, Reports.hostile()));
        Element suite = xml.getDocumentElement();
        assertThat(suite.getTagName()).isEqualTo("testsuite");
        assertThat(List.of("tests", "failures", "errors", "skipped", "time", "timestamp"))
                .extracting(suite::getAttribute)
                .containsExactly("5", "1", "1", "2", "65.432", "2026-02-03T04:05:06");
        assertThat(elements(xml, "testcase"))
                .extracting(test -> test.getAttribute("classname"), test -> test.getAttribute("name"))
                .contains(tuple("2.10", "it | <fails> & \"fails\""))
                .hasSize(5);
        assertThat(elements(xml, "testcase"))
                .allMatch(test -> test.getAttribute("time").equals("1.234"));
        assertThat(elements(xml, "failure")).singleElement().satisfies(failure -> {
            assertThat(failure.getAttribute("message"))
                    .isEqualTo(failure.getTextContent())
                    .isEqualTo(Reports.hostile().results().get(1).message());
            assertThat(((Element) failure.getParentNode()).getAttribute("classname"))
                    .isEqualTo("2.10");
        });
        assertThat(elements(xml, "error")).hasSize(1);
        assertThat(elements(xml, "skipped")).hasSize(2);
    }

    @Test
    void htmlNeedsNothingElseAndRunsNothing() throws Exception {
        String page = written(HtmlReport::write, Reports.hostile());
        assertThat(page).startsWith("<!DOCTYPE html>\n<html lang=\"en\">").doesNotContain("url(", "@import");
        Document html = parsed(page);
        assertThat(names(html.getDocumentElement())).doesNotContain("script", "img", "link", "a", "iframe", "object");
        assertThat(attributes(html.getDocumentElement()))
                .containsOnly("lang", "charset", "http-equiv", "name", "content", "class", "style", "title");
        assertThat(elements(html, "style").get(0).getTextContent()).contains("prefers-color-scheme", "@media print");
    }

    @Test
    void htmlShowsFailuresFirstWithWhatWasSentWhatCameBackAndTheRule() throws Exception {
        Document html = parsed(written(HtmlReport::write, Reports.hostile()));
        assertThat(elements(html, "h2"))
                .extracting(Node::getTextContent)
                .containsExactly("Sections", "Failed (1)", "Unclear (1)", "Warned (1)", "Left out (1)", "Passed (1)");
        Element failed = elements(html, "section").get(0);
        assertThat(failed.getElementsByTagName("h3").item(0).getTextContent())
                .isEqualTo("2.10 it | <fails> & \"fails\"");
        NodeList parts = failed.getElementsByTagName("dd");
        assertThat(parts.getLength()).isEqualTo(3);
        assertThat(parts.item(0).getTextContent()).isEqualTo("«GET / HTTP/1.1\\r\\n\\r\\n»");
        assertThat(parts.item(1).getTextContent())
                .startsWith("«\\x1b]0;title\\x07\\x9b2J</p><script>")
                .endsWith("[X: a; came back «b»; expected nothing]");
        assertThat(parts.item(2).getTextContent()).isEqualTo("expected status 200");
        assertThat(elements(html, "span"))
                .extracting(bar -> bar.getAttribute("style"))
                .contains("width:100.00%");
    }

    private static List<String> names(Element element) {
        List<String> names = new ArrayList<>(List.of(element.getTagName()));
        children(element).forEach(child -> names.addAll(names(child)));
        return names;
    }

    private static List<String> attributes(Element element) {
        List<String> names = new ArrayList<>();
        IntStream.range(0, element.getAttributes().getLength())
                .forEach(i -> names.add(element.getAttributes().item(i).getNodeName()));
        children(element).forEach(child -> names.addAll(attributes(child)));
        return names;
    }

    private static List<Element> children(Element element) {
        NodeList nodes = element.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(Element.class::isInstance)
                .map(Element.class::cast)
                .toList();
    }
}
