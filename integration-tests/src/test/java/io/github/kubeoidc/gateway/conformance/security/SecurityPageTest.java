// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every sentence of the threat model names tests, and these exist. */
class SecurityPageTest {

    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
    private static final Pattern DEFINITION = Pattern.compile("(?m)^\\[(\\w+)]: (\\S+)$");
    private static final Pattern REFERENCE = Pattern.compile("\\[(\\w+)](?![(:])");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)(?:#[^)]*)?\\)");
    private static final int SHOWN_BY = 4;
    private static final int ROWS = 20;

    private final String page = read(ROOT.resolve("SECURITY.md"));

    @Test
    void everyRowNamesTests() {
        List<String> cells = lastCells();

        assertThat(cells)
                .hasSizeGreaterThan(ROWS)
                .allSatisfy(cell -> assertThat(references(cell))
                        .as("row that ends in: %s", cell)
                        .isNotEmpty());
    }

    @Test
    void everyTestThatIsNamedExists() {
        Map<String, String> files = new TreeMap<>();
        DEFINITION.matcher(page).results().forEach(link -> files.put(link.group(1), link.group(2)));

        assertThat(references(page))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(files).containsKey(name));
        assertThat(files).allSatisfy((name, file) -> {
            assertThat(ROOT.resolve(file)).isRegularFile().hasFileName(name + ".java");
            assertThat(read(ROOT.resolve(file))).containsPattern("@(Parameterized|Fuzz)?Test|CheckList|List<Check>");
        });
        assertThat(String.join(" ", lastCells())).contains(files.keySet());
    }

    @Test
    void everyOtherPageThatIsLinkedExists() {
        List<String> targets =
                LINK.matcher(page).results().map(link -> link.group(1)).toList();

        assertThat(targets)
                .isNotEmpty()
                .allSatisfy(target -> assertThat(ROOT.resolve(target)).exists());
    }

    private List<String> lastCells() {
        List<String> cells = new ArrayList<>();
        for (String line : page.lines().toList()) {
            if (line.startsWith("| ") && !line.startsWith("| who ")) {
                cells.add(line.split("\\|")[SHOWN_BY]);
            }
        }
        return cells;
    }

    private static List<String> references(String text) {
        Matcher matcher = REFERENCE.matcher(text);
        return matcher.results().map((MatchResult link) -> link.group(1)).toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError("cannot be read: " + file, e);
        }
    }
}
