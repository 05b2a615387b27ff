// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.Repository;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the pages say of the built programs, against what these say of themselves by {@code --help}. */
class PageCommandsIT {

    private static final String CONFORMANCE = "dist/conformance/target/conformance/bin/conformance";
    private static final Set<String> SUBCOMMANDS = Set.of("check", "export");
    private static final Pattern FLAG = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
    private static final Pattern ROW_OF_HELP = Pattern.compile("(?m)^ *([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)\\b");
    private static final Pattern DEFAULT_IN_HELP =
            Pattern.compile("(?m)^ *([A-Z][A-Z0-9_]*)\\b.*\\R +allowed: .*; default: (\\S+)$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z][A-Z0-9_]*)` \\| [^|]*\\| ([^|]*) \\|");
    private static final Pattern VARIABLE = Pattern.compile("([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=.*)?");

    /** Variables of others, and those of the build. */
    private static final Set<String> OF_OTHERS = Set.of("""
            ANTHROPIC_FEDERATION_RULE_ID ANTHROPIC_IDENTITY_TOKEN_FILE ANTHROPIC_ORGANIZATION_ID
            ANTHROPIC_SERVICE_ACCOUNT_ID AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE CATALINA_BASE IMAGE_BASE
            IMAGE_BUILDER IMAGE_SOURCE JAVA_HOME LC_ALL JAVA_OPTS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS K3S_IMAGE
            K3S_PRIVILEGED KC_HOSTNAME LISTEN_FDNAMES LISTEN_FDS LISTEN_PID NO_COLOR
            """.split("\\s+"));

    /** What a relying party says, or HAProxy calls a condition, is no variable, though it looks like one. */
    private static final Set<String> WORDS = Set.of("METH_GET", "TOKEN_SUBJECT_INVALID");

    /** The pages' and CONTRACT 5's own examples of a misspelt name. */
    private static final Set<String> MISSPELT =
            Set.of("CACHE_TTL", "GATEWAY_LISTEN_PORT", "LISTEN_HOST", "SA_TOKEN_FILE", "TLS_CRT", "UPSTREAM_URL");

    private static final Map<List<String>, String> HELP = new ConcurrentHashMap<>();

    private static String help(String... program) {
        return HELP.computeIfAbsent(List.of(program), command -> {
            String[] asking =
                    Stream.concat(command.stream(), Stream.of("--help")).toArray(String[]::new);
            return Programs.run(Repository.ROOT, asking);
        });
    }

    @TestFactory
    Stream<DynamicTest> everyBuiltProgramIsThere() {
        return Page.each(page -> {
            for (List<String> command : PageCommands.of(page).commands()) {
                assertThat(command)
                        .filteredOn(word -> PageCommands.isOwnFile(word) && PageCommands.isBuilt(word))
                        .filteredOn(word -> word.contains("/bin/"))
                        .allSatisfy(word ->
                                assertThat(Repository.ROOT.resolve(word)).isExecutable());
            }
        });
    }

    /** CONTRACT 5, 11 and 13, and the kit's own command. */
    @TestFactory
    Stream<DynamicTest> everyOptionIsInTheHelp() {
        return Page.each(page -> {
            for (List<String> command : PageCommands.of(page).commands()) {
                helpFor(command)
                        .ifPresent(help -> assertThat(flags(String.join(" ", command)))
                                .as(command.toString())
                                .isSubsetOf(flags(help + " --help")));
            }
        });
    }

    private static Optional<String> helpFor(List<String> command) {
        String program = command.get(0);
        if (program.endsWith("/conformance")) {
            return Optional.of(help(Repository.ROOT.resolve(CONFORMANCE).toString()));
        }
        if (!program.equals(PageCommands.GATEWAY) && !program.endsWith("/bin/" + PageCommands.GATEWAY)) {
            return Optional.empty();
        }
        if (command.size() == 1) {
            return Optional.empty();
        }
        String first = command.get(1);
        if (first.startsWith("-")) {
            return Optional.of(help(Launcher.path()));
        }
        assertThat(SUBCOMMANDS).as(command.toString()).contains(first);
        return Optional.of(help(Launcher.path(), first));
    }

    private static Set<String> flags(String text) {
        return FLAG.matcher(text).results().map(flag -> flag.group()).collect(Collectors.toSet());
    }

    /** CONTRACT 5: a name that looks like an environment variable is one of the gateway's, or is set on the page itself. */
    @TestFactory
    Stream<DynamicTest> everyVariableIsKnown() {
        Set<String> known = new HashSet<>(variables());
        known.addAll(OF_OTHERS);
        known.addAll(MISSPELT);
        known.addAll(WORDS);
        return Page.each(page -> {
            PageCommands commands = PageCommands.of(page);
            Set<String> named = new HashSet<>();
            Stream.concat(page.codes.stream(), commands.commands().stream().flatMap(List::stream))
                    .map(VARIABLE::matcher)
                    .filter(Matcher::matches)
                    .forEach(variable -> named.add(variable.group(1)));
            // What a page sets for itself may have any name but one that the gateway would take for a misspelt one of
            // its own.
            named.removeAll(commands.assigned());
            assertThat(known).containsAll(named);
        });
    }

    /** CONTRACT 5: the README's table has each variable, with the default that the program has. */
    @Test
    void theReadmeHasARowForEachVariable() {
        Map<String, String> defaults = new TreeMap<>();
        DEFAULT_IN_HELP
                .matcher(help(Launcher.path()))
                .results()
                .forEach(variable -> defaults.put(variable.group(1), variable.group(2)));
        // Its default is another variable's value, and not a number of its own.
        defaults.put("JWKS_CLIENT_CACHE_TTL_SECONDS", "that of CLIENT_CACHE_TTL_SECONDS");
        Map<String, String> rows = new TreeMap<>();
        ROW.matcher(Repository.text(Path.of("README.md")))
                .results()
                .forEach(row -> rows.put(row.group(1), row.group(2).replace("`", "")));

        assertThat(rows).isEqualTo(defaults).containsOnlyKeys(variables()).hasSizeGreaterThan(20);
    }

    private static Set<String> variables() {
        return ROW_OF_HELP
                .matcher(help(Launcher.path()))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());
    }
}
