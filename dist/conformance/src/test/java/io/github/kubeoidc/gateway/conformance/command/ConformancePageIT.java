// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code docs/conformance.md} shows, against what there is. */
class ConformancePageIT {

    private static final Path PAGE = Command.ROOT.resolve("docs/conformance.md");
    private static final Path EXAMPLE = Command.ROOT
            .resolve("dist/conformance/src/test/java")
            .resolve("io/github/kubeoidc/gateway/conformance/example/MyGatewayConformanceTest.java");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([0-9.]+) \\|.*\\| (\\d+) \\| (\\d+) \\|$");
    private static final Pattern LISTED = Pattern.compile("(?m)^\\S+ +(\\S+) +([0-9.]+) .*$");

    @TempDir
    private Path directory;

    @Test
    void theExampleIsTheOneThatIsRun() throws Exception {
        String source = Files.readString(EXAMPLE);
        String shown = source.substring(source.indexOf("import "));
        assertThat(Files.readString(PAGE)).contains("```java\n" + shown + "```\n");
    }

    /** The kit is in no public repository, and what is optional in its POM comes to nobody by itself. */
    @Test
    void aProjectOfOnesOwnIsToldWhatItNeeds() throws Exception {
        String page = Files.readString(PAGE);
        String pom = Files.readString(Command.ROOT.resolve("pom.xml"));
        assertThat(page).contains("```sh\nmvn -DskipTests -pl dist/conformance -am install\n```\n");
        Map<String, String> shown = Pattern.compile("<artifactId>(.*)</artifactId>\\s*<version>(.*)</version>")
                .matcher(page)
                .results()
                .collect(Collectors.toMap(artifact -> artifact.group(1), artifact -> artifact.group(2)));
        assertThat(shown)
                .isEqualTo(Map.of(
                        "gateway-conformance", first(pom, "<version>(.*)</version>"),
                        "junit-jupiter", first(pom, "<junit.version>(.*)</junit.version>")));
    }

    private static String first(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    @Test
    void theTableCountsWhatIsListed() throws Exception {
        Map<String, String> listed = LISTED
                .matcher(Command.run(directory, "--list").out())
                .results()
                .collect(Collectors.groupingBy(line -> line.group(2), TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        section -> section.getValue().size() + " checks, "
                                + section.getValue().stream()
                                        .filter(line -> line.group(1).equals("ANY"))
                                        .count()
                                + " of them at any gateway"));
        Map<String, String> shown = ROW.matcher(Files.readString(PAGE))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1),
                        row -> row.group(2) + " checks, " + row.group(3) + " of them at any gateway"));
        assertThat(shown).containsExactlyInAnyOrderEntriesOf(listed).hasSizeGreaterThan(20);
    }

    @Test
    void theHelpIsTheCommands() throws Exception {
        assertThat(Files.readString(PAGE))
                .contains("```\n" + Command.run(directory, "--help").out() + "```\n");
    }

    @Test
    void everyLinkToAFileOfTheTreeLeadsSomewhere() throws Exception {
        assertThat(Pattern.compile("\\]\\(([^):#]+)")
                        .matcher(Files.readString(PAGE))
                        .results())
                .hasSize(3)
                .extracting(link -> link.group(1))
                .allSatisfy(link -> assertThat(PAGE.resolveSibling(link)).exists());
    }
}
