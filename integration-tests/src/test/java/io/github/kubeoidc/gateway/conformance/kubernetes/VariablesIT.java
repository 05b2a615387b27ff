// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.Repository;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The chart's {@code config} against the variables that the gateway itself says it has. */
class VariablesIT {

    /** The chart decides the ports and where its volumes are, and Kubernetes where token and CA are. */
    private static final List<String> NOT_IN_THE_CHART = List.of("""
            LISTEN_PORT METRICS_PORT SA_TOKEN_PATH SA_CA_CERT_PATH CACHE_DIR TLS_CERT_FILE TLS_KEY_FILE
            """.split("\\s+"));

    private static final String CONFIG = "config.";
    private static final Pattern VARIABLE =
            Pattern.compile("(?m)^ {2}([A-Z_]+) +.*\\R +allowed: (?:a whole number from )?(.*); default: (.*)$");

    @Test
    void namesRangesAndDefaultsAreTheGateways() {
        Map<String, ChartValue> chart = ChartValue.all().stream()
                .filter(value -> value.name().startsWith(CONFIG))
                .collect(Collectors.toMap(value -> value.name().substring(CONFIG.length()), value -> value));
        List<String> names = VARIABLE.matcher(help())
                .results()
                .map(result -> result.group(1))
                .toList();
        assertThat(chart.keySet())
                .containsExactlyInAnyOrderElementsOf(names.stream()
                        .filter(name -> !NOT_IN_THE_CHART.contains(name))
                        .toList());

        Matcher variable = VARIABLE.matcher(help());
        while (variable.find()) {
            ChartValue value = chart.get(variable.group(1));
            if (NOT_IN_THE_CHART.contains(variable.group(1))) {
                continue;
            }
            // Where the chart sets one of its own, ValuesTableTest looks at the default.
            if (value.setting() == null) {
                assertThat(value.schema().get("default"))
                        .as(value.name())
                        .hasToString(variable.group(3).equals("unset") ? "" : variable.group(3));
            }
            if (value.schema().containsKey("minimum") || !value.words().isEmpty()) {
                assertThat(value.allowed()).as(value.name()).isEqualTo(variable.group(2));
            }
        }
    }

    private static String help() {
        return Programs.run(Repository.ROOT, Launcher.path(), "--help");
    }
}
