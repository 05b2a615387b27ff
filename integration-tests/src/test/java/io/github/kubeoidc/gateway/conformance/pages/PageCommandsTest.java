// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands in the pages name programs, files, variables, properties, tests and values that exist. Nothing is run. */
class PageCommandsTest {

    private static final Pattern PROPERTY = Pattern.compile("(?<![\\w-])-D([A-Za-z][\\w.-]*)");

    /** Read by Maven's plugins, by Java or by Logback. */
    private static final Set<String> PROPERTIES_OF_OTHERS = Set.of("""
            failsafe.failIfNoSpecifiedTests it.test javax.net.debug javax.net.ssl.trustStore
            logback.configurationFile skipTests surefire.failIfNoSpecifiedTests targetTests test
            """.split("\\s+"));

    private static final Set<String> PHASES = Set.of("test", "package", "verify", "install");
    private static final Pattern TEST_CLASS = Pattern.compile("[A-Z]\\w*(?:Test|IT|Checks)");
    private static final Pattern MEMBER = Pattern.compile("([A-Z]\\w+)\\.(\\w+)(?:\\(\\))?");
    private static final Pattern VALUE = Pattern.compile("([a-z]\\w*(?:\\.(?!crt|key)\\w+)+)(?:=.*)?");
    private static final Pattern PATH = Pattern.compile("[\\w.-]+(?:/[\\w.-]+)+");
    private static final Pattern HELM_SET = Pattern.compile("([\\w.]+)=.*", Pattern.DOTALL);

    private static final Map<String, Path> CLASSES = Repository.files().stream()
            .filter(file -> file.toString().endsWith(".java"))
            .collect(Collectors.toMap(
                    file -> file.getFileName().toString().replace(".java", ""), file -> file, (one, other) -> one));

    private static final String SOURCES = Repository.files().stream()
            .filter(file -> file.toString().matches(".*(\\.java|pom\\.xml|/bin/[^/]+|/build)"))
            .map(Repository::text)
            .collect(Collectors.joining());

    private static final JsonNode CHART = new JsonMapper()
            .readTree(Repository.text(Path.of("dist/kubernetes/chart/kube-oidc-gateway/values.schema.json")));

    @TestFactory
    Stream<DynamicTest> everyProgramIsKnown() {
        return Page.each(page -> {
            PageCommands commands = PageCommands.of(page);
            Set<String> functions = new HashSet<>(commands.functions());
            linked(page)
                    .forEach(other -> functions.addAll(PageCommands.of(other).functions()));
            for (List<String> command : commands.commands()) {
                String program = command.get(0);
                if (PageCommands.isOwnFile(program) && !PageCommands.isBuilt(program)) {
                    assertThat(Repository.ROOT.resolve(program)).isExecutable();
                } else if (!PageCommands.isOwnFile(program) && !functions.contains(program)) {
                    assertThat(program)
                            .as(command.toString())
                            .satisfiesAnyOf(
                                    name -> assertThat(name).isEqualTo(PageCommands.GATEWAY),
                                    name -> assertThat(PageCommands.PROGRAMS).contains(name));
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> everyFileOfTheRepositoryExists() {
        return Page.each(page -> {
            List<String> words = new ArrayList<>();
            for (List<String> command : PageCommands.of(page).commands()) {
                command.forEach(word -> words.addAll(Arrays.asList(word.split("[=,]"))));
            }
            assertThat(words).filteredOn(PageCommands::isOwnFile).allSatisfy(PageCommandsTest::exists);
            assertThat(page.codes)
                    .filteredOn(code -> PATH.matcher(code).matches())
                    .allSatisfy(code -> {
                        Path here = page.folder().resolve(code);
                        if (PageCommands.isOwnFile(code)) {
                            exists(code);
                        } else if (Files.isDirectory(page.folder().resolve(code.substring(0, code.indexOf('/'))))) {
                            assertThat(here).exists();
                        }
                    });
        });
    }

    private static void exists(String file) {
        String source = file.replaceFirst("/target(/.*)?$", "");
        assertThat(Repository.ROOT.resolve(source)).as(file).exists();
    }

    /** Each variable that a shell expands is set on that page, or on one that it links, where it is explained. */
    @TestFactory
    Stream<DynamicTest> everyVariableOfAShellIsSet() {
        return Page.each(page -> {
            PageCommands commands = PageCommands.of(page);
            Set<String> set = new HashSet<>(commands.assigned());
            set.addAll(Set.of("HOME", "PWD", "PATH", "JETTY_HOME"));
            linked(page).forEach(other -> set.addAll(PageCommands.of(other).assigned()));
            assertThat(set).containsAll(commands.used());
        });
    }

    private static Stream<Page> linked(Page page) {
        return Page.ALL.stream()
                .filter(other -> page.links.stream()
                        .map(link -> page.folder()
                                .resolve(link.replaceFirst("#.*", ""))
                                .normalize())
                        .anyMatch(Repository.ROOT.resolve(other.file)::equals));
    }

    @TestFactory
    Stream<DynamicTest> everySystemPropertyIsReadSomewhere() {
        return Page.each(page -> {
            String code = String.join("\n", page.shell()) + String.join("\n", page.codes);
            assertThat(PROPERTY.matcher(code).results().map(property -> property.group(1)))
                    .filteredOn(property -> !PROPERTIES_OF_OTHERS.contains(property))
                    .allSatisfy(property ->
                            exists("-D" + property, Pattern.compile("[\"<{]" + Pattern.quote(property) + "[\">}]")));
        });
    }

    @TestFactory
    Stream<DynamicTest> everyCommandOfMavenNamesWhatThereIs() {
        return Page.each(page -> {
            for (List<String> command : PageCommands.of(page).commands()) {
                if (command.get(0).equals("mvn")) {
                    maven(command);
                }
            }
        });
    }

    private static void maven(List<String> command) {
        for (int i = 1; i < command.size(); i++) {
            String word = command.get(i);
            if (word.equals("-pl")) {
                i++;
                assertThat(command.get(i).split(","))
                        .allSatisfy(module -> assertThat(
                                        Repository.ROOT.resolve(module).resolve("pom.xml"))
                                .exists());
            } else if (word.matches("-D(it\\.)?test=.*")) {
                String name = word.substring(word.indexOf('=') + 1);
                assertThat(name.equals("none") || CLASSES.containsKey(name))
                        .as("there is a test " + name)
                        .isTrue();
            } else if (word.contains(":")) {
                exists(word, Pattern.compile(">" + word.substring(0, word.indexOf(':')) + "-maven-plugin<"));
            } else if (!word.startsWith("-")) {
                assertThat(PHASES).as(command.toString()).contains(word);
            }
        }
    }

    private static void exists(String what, Pattern inSources) {
        assertThat(inSources.matcher(SOURCES).find())
                .as("a source has %s", what)
                .isTrue();
    }

    @TestFactory
    Stream<DynamicTest> everyTestAndConstantThatIsNamedExists() {
        return Page.each(page -> assertThat(page.codes).allSatisfy(code -> {
            if (TEST_CLASS.matcher(code).matches()) {
                assertThat(CLASSES.containsKey(code))
                        .as("there is a class " + code)
                        .isTrue();
            }
            Matcher member = MEMBER.matcher(code);
            if (member.matches() && CLASSES.containsKey(member.group(1))) {
                assertThat(Pattern.compile("\\b" + member.group(2) + "\\b")
                                .matcher(Repository.text(CLASSES.get(member.group(1))))
                                .find())
                        .as("there is " + code)
                        .isTrue();
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> everyValueOfTheChartExists() {
        return Page.each(page -> {
            for (List<String> command : PageCommands.of(page).commands()) {
                for (int i = 1; i < command.size(); i++) {
                    Matcher set = HELM_SET.matcher(command.get(i));
                    if (command.get(i - 1).matches("--set(-string)?") && set.matches()) {
                        assertIsAValue(set.group(1));
                        // A tag may be digits alone, which --set makes a number of.
                        assertThat(command.get(i - 1).equals("--set")
                                        && set.group(1).equals("image.tag"))
                                .as(command.toString())
                                .isFalse();
                    }
                }
            }
            for (String code : page.codes) {
                Matcher value = VALUE.matcher(code);
                if (value.matches()
                        && CHART.get("properties").has(value.group(1).replaceFirst("\\..*", ""))) {
                    assertIsAValue(value.group(1));
                }
            }
        });
    }

    private static void assertIsAValue(String name) {
        JsonNode schema = CHART;
        for (String part : name.split("\\.")) {
            if (!schema.has("properties")) {
                // A map, whose members are the operator's own.
                assertThat(schema.get("type").asString()).as(name).isEqualTo("object");
                return;
            }
            schema = schema.get("properties").get(part);
            assertThat(schema)
                    .as("%s of %s among the chart's values", part, name)
                    .isNotNull();
        }
    }
}
