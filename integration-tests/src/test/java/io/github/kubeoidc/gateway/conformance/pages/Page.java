// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.pages;

import io.github.kubeoidc.gateway.conformance.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** A Markdown page, as GitHub reads it. */
final class Page {

    private static final Parser PARSER =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();
    private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^\\p{L}\\p{M}\\p{N}\\p{Pc} -]");
    private static final Pattern HTML_LINK = Pattern.compile("(?:href|src)=\"([^\"]+)\"");
    private static final Pattern HTML_ANCHOR = Pattern.compile("(?:id|name)=\"([^\"]+)\"");

    /** All pages of the repository. */
    static final List<Page> ALL = Repository.files().stream()
            .filter(file -> file.toString().endsWith(".md"))
            .map(Page::new)
            .toList();

    /**
     * A block of code.
     *
     * @param language what is written behind the fence; empty for one without
     */
    record Block(String language, String text) {}

    /** Where it is, from the root of the repository. */
    final Path file;

    /** What can stand behind the {@code #} of a link to it. */
    final Set<String> anchors = new LinkedHashSet<>();

    /** Targets of links and pictures, as they are written. */
    final List<String> links = new ArrayList<>();

    /** Prose. */
    final List<String> texts = new ArrayList<>();

    /** Code in the middle of prose. */
    final List<String> codes = new ArrayList<>();

    final List<Block> blocks = new ArrayList<>();

    private Page(Path file) {
        this.file = file;
        PARSER.parse(Repository.text(file)).accept(new Reader());
    }

    /** A test for each of them, whose failure names the page. */
    static Stream<DynamicTest> each(ThrowingConsumer<Page> test) {
        return DynamicTest.stream(ALL.stream(), Page::toString, page -> {
            try {
                test.accept(page);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(page + ": " + e.getMessage(), e);
            }
        });
    }

    /** The folder that it is in, to which its links are relative. */
    Path folder() {
        return Repository.ROOT.resolve(file).getParent();
    }

    /** Those blocks that are commands for a shell. */
    List<String> shell() {
        return blocks.stream()
                .filter(block -> block.language().equals("sh"))
                .map(Block::text)
                .toList();
    }

    @Override
    public String toString() {
        return file.toString();
    }

    private final class Reader extends AbstractVisitor {
        private final Map<String, Integer> headings = new HashMap<>();

        /** The text of the heading that is read; what is behind it does not count. */
        private final StringBuilder title = new StringBuilder();

        @Override
        public void visit(Heading heading) {
            title.setLength(0);
            visitChildren(heading);
            String anchor = NOT_IN_ANCHORS
                    .matcher(title.toString().toLowerCase(Locale.ROOT))
                    .replaceAll("")
                    .replace(' ', '-');
            int before = headings.merge(anchor, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? anchor : anchor + "-" + before);
        }

        @Override
        public void visit(Link link) {
            links.add(link.getDestination());
            visitChildren(link);
        }

        @Override
        public void visit(Image image) {
            links.add(image.getDestination());
            visitChildren(image);
        }

        @Override
        public void visit(Text text) {
            title.append(text.getLiteral());
            StringBuilder all = new StringBuilder(text.getLiteral());
            for (Node next = text.getNext(); next instanceof Text more; next = next.getNext()) {
                all.append(more.getLiteral());
            }
            texts.add(all.toString());
        }

        @Override
        public void visit(Code code) {
            title.append(code.getLiteral());
            codes.add(code.getLiteral());
        }

        @Override
        public void visit(SoftLineBreak end) {
            title.append(' ');
        }

        @Override
        public void visit(FencedCodeBlock block) {
            blocks.add(new Block(block.getInfo(), block.getLiteral()));
        }

        @Override
        public void visit(IndentedCodeBlock block) {
            blocks.add(new Block("indented", block.getLiteral()));
        }

        @Override
        public void visit(HtmlBlock html) {
            html(html.getLiteral());
        }

        @Override
        public void visit(HtmlInline html) {
            html(html.getLiteral());
        }

        private void html(String html) {
            HTML_LINK.matcher(html).results().forEach(link -> links.add(link.group(1)));
            HTML_ANCHOR.matcher(html).results().forEach(anchor -> anchors.add(anchor.group(1)));
        }
    }
}
