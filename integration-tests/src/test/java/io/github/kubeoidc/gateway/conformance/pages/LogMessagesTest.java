// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * CONTRACT 6: an operator finds each warning that the gateway can log, and each cause in it, in the pages: the parts of it that are
 * always the same.
 */
class LogMessagesTest {

    private static final Pattern PRODUCT =
            Pattern.compile("(gateway-[a-z]+|dist/(metrics|server|webapp))/src/main/java/.*\\.java");

    /** Where a warning, or a part of one, begins: the logger's methods, and what hands texts to them. */
    private static final Pattern BEGIN = Pattern.compile(
            "(?m)\\b(?:LOG\\.(?:warn|error)|warnOnce|warnings\\.accept|sentences\\.add|new FetchException"
                    + "|new Unusable\\w*Exception|invalid|check)\\("
                    + "|\\bString (?:message|problem) ="
                    // What is wrong with an address.
                    + "|\\breturn (?=[^;\\n]*\"(?:is|has) )"
                    // The kinds of clients that were refused.
                    + "|^ +[A-Z][A-Z_]*\\((?=\")");

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern METHOD_REFERENCE = Pattern.compile("LOG::(?:warn|error)");
    private static final Pattern OTHER_WAYS =
            Pattern.compile("atWarn|atError|System\\.Logger|java\\.util\\.logging|printStackTrace|System\\.err");

    /** Only {@code check} says these, on standard output. */
    private static final Set<String> OF_CHECK =
            Set.of("does anything listen there?", "and no intermediate certificate came with it");

    private static final Set<String> FILES_OF_CHECK = Set.of("FileProbe.java", "ServerProbe.java");

    private static final List<Path> PAGES = List.of(Path.of("docs/troubleshooting.md"), Path.of("docs/alerts.md"));

    @Test
    void everyWarningIsExplained() {
        StringBuilder pages = new StringBuilder();
        PAGES.forEach(page -> pages.append(Repository.text(page).replaceAll("\\s+", " ")));
        Map<String, String> missing = new TreeMap<>();
        int found = 0;
        for (Path file : sources()) {
            for (String constant : constants(Repository.text(file))) {
                found++;
                if (pages.indexOf(constant) < 0 && !OF_CHECK.contains(constant)) {
                    missing.put(constant, file.toString());
                }
            }
        }

        assertThat(missing).as("texts that the pages lack").isEmpty();
        assertThat(found).isGreaterThan(80);
    }

    /** A class that logs in another way has to be looked for in another way. */
    @Test
    void nothingWarnsInAnotherWay() {
        List<String> references = new ArrayList<>();
        for (Path file : sources()) {
            String source = Repository.text(file);
            String name = file.getFileName().toString();
            METHOD_REFERENCE.matcher(source).results().forEach(each -> references.add(name));
            if (!name.equals("Main.java")) {
                assertThat(source).as(name).doesNotContainPattern(OTHER_WAYS);
            }
        }

        assertThat(references).containsExactlyInAnyOrder("Gateway.java", "GatewayServer.java", "TlsContexts.java");
    }

    private static List<Path> sources() {
        return Repository.files().stream()
                .filter(file -> PRODUCT.matcher(file.toString()).matches())
                .filter(file -> !FILES_OF_CHECK.contains(file.getFileName().toString()))
                .toList();
    }

    /** The parts of the warnings of a source that do not change, those of one word left out. */
    static List<String> constants(String source) {
        List<String> constants = new ArrayList<>();
        for (Matcher begin = BEGIN.matcher(source); begin.find(); ) {
            Matcher literal = LITERAL.matcher(source).region(begin.end(), end(source, begin.end()));
            while (literal.find()) {
                for (String part : literal.group(1).replace("\\\"", "\"").split("\\{}|%s")) {
                    String constant = part.replaceFirst("^[ :;,.()\"=]+", "").replaceFirst("[ :;,.(\"=]+$", "");
                    if (constant.contains(" ")) {
                        constants.add(constant);
                    }
                }
            }
        }
        return constants;
    }

    /** Where the call or the statement ends that begins there. */
    private static int end(String source, int begin) {
        boolean isCall = source.charAt(begin - 1) == '(';
        int depth = 0;
        boolean quoted = false;
        for (int i = begin; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == '(') {
                depth++;
            } else if (!quoted && (c == ')' && depth-- == 0 && isCall || c == ';')) {
                return i;
            }
        }
        return source.length();
    }
}
