// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The schema of the chart's values, and the table that the README has of it. */
class ValuesTableTest {

    private static final String BEGIN = "<!-- values -->\n";
    private static final String END = "<!-- /values -->";
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void theReadmeHasTheTable() throws IOException {
        String readme = Repository.text(KubernetesFiles.README);
        int begin = readme.indexOf(BEGIN) + BEGIN.length();
        int end = readme.indexOf(END);
        assertThat(end).isGreaterThanOrEqualTo(begin);
        if ("write".equals(System.getProperty("values.table"))) {
            Files.writeString(KubernetesFiles.README, readme.substring(0, begin) + table() + readme.substring(end));
            return;
        }
        assertThat(readme.substring(begin, end))
                .as("run it with -Dvalues.table=write")
                .isEqualTo(table());
    }

    private static String table() {
        return ChartValue.all().stream()
                .map(value -> "| `%s` | %s | %s | %s |\n"
                        .formatted(
                                value.name(),
                                value.allowed(),
                                value.defaultValue() == null
                                        ? ""
                                        : "`" + JSON.writeValueAsString(value.defaultValue()) + "`",
                                value.description()))
                .collect(Collectors.joining(
                        "", "| value | allowed | default | what it is for |\n|---|---|---|---|\n", ""));
    }

    @Test
    void everyValueIsDescribedTypedAndBounded() {
        check("", KubernetesObject.mapping(KubernetesFiles.CHART.resolve("values.schema.json")));
        assertThat(ChartValue.all()).hasSizeGreaterThan(20);
    }

    private static void check(String name, Map<String, Object> schema) {
        assertThat(schema).as(name).containsKey("type");
        if (!name.isEmpty()) {
            assertThat(String.valueOf(schema.get("description")))
                    .as(name)
                    .endsWith(".")
                    .hasSizeGreaterThan(3);
        }
        if (schema.containsKey("properties")) {
            // An umbrella chart's other charts have values of their own there.
            if (!name.equals(".global")) {
                assertThat(schema).as(name).containsEntry("additionalProperties", false);
            }
            ChartValue.cast(schema.get("properties"))
                    .forEach((member, part) -> check(name + "." + member, ChartValue.cast(part)));
        } else if ("integer".equals(schema.get("type"))) {
            assertThat(schema).as(name).containsKey("minimum").containsKey("maximum");
        }
    }

    @Test
    void everyValueHasADefaultUnlessNothingIsOne() {
        assertThat(ChartValue.all())
                .filteredOn(value -> value.defaultValue() == null)
                .extracting(ChartValue::name)
                .containsExactly("resources.requests.ephemeral-storage", "resources.limits.ephemeral-storage");
    }

    /** Editors show what the schema says. */
    @Test
    void theSchemasDefaultIsTheCharts() {
        assertThat(ChartValue.all())
                .filteredOn(value -> value.setting() != null && value.schema().containsKey("default"))
                .hasSizeGreaterThanOrEqualTo(3)
                .allSatisfy(value -> assertThat(value.schema().get("default"))
                        .as(value.name())
                        .isEqualTo(value.setting()));
    }
}
