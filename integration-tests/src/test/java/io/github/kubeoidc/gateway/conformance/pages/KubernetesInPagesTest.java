// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Repository;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The commands for {@code kubectl} in the pages name the manifest's objects, and the pages name alerts that there are. */
class KubernetesInPagesTest {

    private static final String MANIFEST = Repository.text(Path.of("dist/kubernetes/kube-oidc-gateway.yaml"));
    private static final String ALERTS =
            Repository.text(Path.of("dist/kubernetes/chart/kube-oidc-gateway/files/alerts.yaml"));

    private static final Pattern OBJECT = Pattern.compile("([a-z]+)/([a-z][a-z0-9-]*)");
    private static final Pattern ACCOUNT = Pattern.compile("--as=system:serviceaccount:([^:]+):(.+)");
    private static final Pattern LABEL = Pattern.compile("(app\\.kubernetes\\.io/[a-z]+)=(.+)");
    private static final Pattern ALERT = Pattern.compile("KubeOidcGateway[A-Z]\\w+");

    /** Of each object its kind and name, as {@code kubectl} takes them. */
    private static final Set<String> OBJECTS = objects();

    private static final Set<String> KINDS =
            OBJECTS.stream().map(object -> object.replaceFirst("/.*", "")).collect(Collectors.toSet());

    private static Set<String> objects() {
        Set<String> objects = new TreeSet<>();
        try (MappingIterator<JsonNode> documents =
                YAMLMapper.builder().build().readerFor(JsonNode.class).readValues(MANIFEST)) {
            documents.forEachRemaining(
                    object -> objects.add(object.get("kind").asString().toLowerCase(Locale.ROOT) + "/"
                            + object.get("metadata").get("name").asString()));
        }
        return objects;
    }

    private static List<String> arguments(Page page) {
        PageCommands commands = PageCommands.of(page);
        List<String> arguments = new ArrayList<>();
        for (List<String> command : commands.commands()) {
            if (command.get(0).equals("kubectl") || commands.functions().contains(command.get(0))) {
                arguments.addAll(command.subList(1, command.size()));
            }
        }
        return arguments;
    }

    /** Another release's objects have its name in front. */
    @TestFactory
    Stream<DynamicTest> everyObjectIsTheManifests() {
        return Page.each(page -> {
            for (String argument : arguments(page)) {
                Matcher object = OBJECT.matcher(argument);
                if (object.matches()
                        && KINDS.contains(object.group(1))
                        && !object.group(2).endsWith("-kube-oidc-gateway")) {
                    assertThat(OBJECTS).contains(argument);
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> everyAccountAndLabelIsTheManifests() {
        return Page.each(page -> {
            for (String argument : arguments(page)) {
                Matcher account = ACCOUNT.matcher(argument);
                if (account.matches()) {
                    assertThat(OBJECTS).contains("namespace/" + account.group(1), "serviceaccount/" + account.group(2));
                }
                Matcher label = LABEL.matcher(argument);
                if (label.matches()) {
                    assertThat(MANIFEST).contains(label.group(1) + ": " + label.group(2) + "\n");
                }
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> everyAlertExists() {
        Set<String> alerts =
                ALERT.matcher(ALERTS).results().map(alert -> alert.group()).collect(Collectors.toSet());
        return Page.each(page -> {
            Stream<String> named = Stream.concat(page.codes.stream(), page.texts.stream())
                    .flatMap(text -> ALERT.matcher(text).results().map(alert -> alert.group()));
            assertThat(alerts).containsAll(named.toList());
        });
    }
}
