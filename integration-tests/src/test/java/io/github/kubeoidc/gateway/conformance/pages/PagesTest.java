// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.Repository;
import io.github.kubeoidc.gateway.conformance.pages.Page.Block;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Links of every page lead somewhere, every page is reached from the README, and blocks of code are what they say. */
class PagesTest {

    private static final Map<Path, Page> PAGES =
            Page.ALL.stream().collect(Collectors.toMap(page -> page.file, Function.identity()));
    private static final Set<String> LANGUAGES =
            Set.of("", "sh", "yaml", "json", "xml", "java", "properties", "python", "haproxy", "nginx");

    /** How other files than pages name a page, and mostly a heading of it. */
    private static final Pattern POINTER = Pattern.compile("\\b((?:docs|dist)/[\\w./-]+\\.md)(?:#([\\w-]+))?");

    @TestFactory
    Stream<DynamicTest> everyLinkLeadsSomewhere() {
        return Page.each(page -> {
            for (String link : page.links) {
                leadsSomewhere(page, link);
            }
        });
    }

    private static void leadsSomewhere(Page page, String link) throws IOException {
        URI uri = URI.create(link);
        if (uri.isAbsolute()) {
            assertThat(uri.getScheme()).as(link).isEqualTo("https");
            assertThat(uri.getHost()).as(link).isNotEmpty();
            return;
        }
        Path target = target(page, link);
        assertThat(target).as(link).exists();
        assertThat(target.toRealPath().toString()).as("upper and lower case").isEqualTo(target.toString());
        if (uri.getFragment() != null) {
            Page there = PAGES.get(Repository.ROOT.relativize(target));
            assertThat(there).as("a page: " + link).isNotNull();
            assertThat(there.anchors).as("headings that %s could mean", link).contains(uri.getFragment());
        }
    }

    /** The files of the repository that a page links, by their path from its root. */
    private static Stream<Path> linked(Page page) {
        return page.links.stream()
                .filter(link -> !URI.create(link).isAbsolute())
                .map(link -> Repository.ROOT.relativize(target(page, link)));
    }

    private static Path target(Page page, String link) {
        String path = URLDecoder.decode(link.replaceFirst("#.*", ""), StandardCharsets.UTF_8);
        Path target = path.isEmpty()
                ? Repository.ROOT.resolve(page.file)
                : page.folder().resolve(path).normalize();
        assertThat(target.startsWith(Repository.ROOT)).as(link).isTrue();
        return target;
    }

    /** CommonMark takes a link whose definition is missing for text. */
    @TestFactory
    Stream<DynamicTest> everyReferenceHasADefinition() {
        return Page.each(page -> assertThat(page.texts).noneMatch(text -> text.contains("][") || text.contains("](")));
    }

    @Test
    void everyPageIsReachedFromTheReadme() {
        Set<Page> reached = new LinkedHashSet<>();
        Deque<Page> next = new ArrayDeque<>(List.of(PAGES.get(Path.of("README.md"))));
        while (!next.isEmpty()) {
            Page page = next.remove();
            if (reached.add(page)) {
                linked(page).filter(PAGES::containsKey).map(PAGES::get).forEach(next::add);
            }
        }
        assertThat(Page.ALL).isSubsetOf(reached);
    }

    /** A runbook of an alert, for instance. */
    @Test
    void everyPageThatAnotherFileNamesExists() {
        int pointers = 0;
        for (Path file : Repository.files()) {
            if (!file.toString().matches(".*\\.(md|png|svg)")) {
                for (Matcher pointer = POINTER.matcher(Repository.text(file)); pointer.find(); pointers++) {
                    Page page = PAGES.get(Path.of(pointer.group(1)));
                    assertThat(page).as("%s in %s", pointer.group(), file).isNotNull();
                    if (pointer.group(2) != null) {
                        assertThat(page.anchors).as(file.toString()).contains(pointer.group(2));
                    }
                }
            }
        }
        assertThat(pointers).isPositive();
    }

    /** A block of another language, or one that is only indented, would be looked at by nothing here. */
    @TestFactory
    Stream<DynamicTest> everyBlockNamesALanguageThatIsKnown() {
        return Page.each(
                page -> assertThat(page.blocks).extracting(Block::language).isSubsetOf(LANGUAGES));
    }

    @TestFactory
    Stream<DynamicTest> everyBlockIsValid() {
        return Page.each(page -> {
            for (Block block : page.blocks) {
                switch (block.language()) {
                    case "sh" -> assertThat(bash(block.text())).isEmpty();
                    case "json" -> new JsonMapper().readTree(block.text());
                    case "yaml" ->
                        YAMLMapper.builder()
                                .build()
                                .readerFor(Object.class)
                                .readValues(block.text())
                                .readAll();
                    case "xml" -> xml(block.text());
                    default -> {}
                }
            }
        });
    }

    /** What bash says against a script, which it does not run. */
    private static String bash(String script) {
        Programs.Result bash = Programs.run(new ProcessBuilder("bash", "-n"), script);
        return bash.status() == 0 ? "" : bash.text() + script;
    }

    private static void xml(String text) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        factory.newDocumentBuilder().parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void everyPictureIsUsed() {
        Set<Path> linked = Page.ALL.stream().flatMap(PagesTest::linked).collect(Collectors.toSet());
        List<Path> pictures = Repository.files().stream()
                .filter(file -> file.startsWith("docs") && file.toString().matches(".*\\.(png|svg)"))
                .toList();
        assertThat(pictures)
                .isNotEmpty()
                .isSubsetOf(linked)
                .allSatisfy(picture ->
                        assertThat(Files.size(Repository.ROOT.resolve(picture))).isPositive());
    }
}
