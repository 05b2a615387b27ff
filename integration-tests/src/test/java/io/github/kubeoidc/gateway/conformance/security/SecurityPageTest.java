// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every sentence of the threat model names tests, and these exist. */
class SecurityPageTest {

    private static final Pattern DEFINITION = Pattern.compile("(?m)^\\[(\\w+)]: (\\S+)$");
    private static final Pattern REFERENCE = Pattern.compile("\\[(\\w+)](?![(:])");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)(?:#[^)]*)?\\)");
    private static final int SHOWN_BY = 4;
    private static final int ROWS = 20;

    private final String page = Repository.text(Path.of("SECURITY.md"));

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
            assertThat(Repository.ROOT.resolve(file)).isRegularFile().hasFileName(name + ".java");
            assertThat(Repository.text(Path.of(file)))
                    .containsPattern("@(Parameterized|Fuzz)?Test|CheckList|List<Check>");
        });
        assertThat(String.join(" ", lastCells())).contains(files.keySet());
    }

    @Test
    void everyOtherPageThatIsLinkedExists() {
        List<String> targets =
                LINK.matcher(page).results().map(link -> link.group(1)).toList();

        assertThat(targets)
                .isNotEmpty()
                .allSatisfy(
                        target -> assertThat(Repository.ROOT.resolve(target)).exists());
    }

    private List<String> lastCells() {
        return page.lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| who "))
                .map(line -> line.split("\\|")[SHOWN_BY])
                .toList();
    }

    private static List<String> references(String text) {
        return REFERENCE.matcher(text).results().map(link -> link.group(1)).toList();
    }
}
