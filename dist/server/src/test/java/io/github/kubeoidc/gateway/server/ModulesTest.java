// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.testsupport.PackagedModule;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires.Modifier;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may know whom: each room's module exports and requires exactly this, and opens nothing. */
class ModulesTest {
    private static final String PREFIX = "io.github.kubeoidc.gateway.";

    // A module that requires another one that it should not know, or servlets where it has nothing to do with HTTP,
    // fails
    // here.
    @ParameterizedTest
    @CsvSource({
        "api, DocumentKind, 'com.google.gson, static transitive org.jspecify'",
        "cache, DocumentCache, 'transitive api, static org.jspecify, org.slf4j'",
        "upstream, UpstreamSource, 'transitive api, com.google.gson, static org.jspecify, org.eclipse.jetty.client, org.eclipse.jetty.http, org.eclipse.jetty.io, org.eclipse.jetty.util, org.slf4j'",
        "web, GatewayServlet, 'transitive api, transitive jakarta.servlet, static org.jspecify, org.slf4j'",
        "webapp, GatewayListener, 'transitive api, cache, upstream, transitive web, transitive jakarta.servlet,"
                + " ch.qos.logback.classic, ch.qos.logback.core, com.google.gson, static org.jspecify, org.slf4j'",
        "commands, Commands, 'api, upstream, com.google.gson, org.jose4j, static org.jspecify'",
        "server, GatewayServer, 'transitive webapp, org.eclipse.jetty.ee10.servlet, org.eclipse.jetty.http,"
                + " org.eclipse.jetty.io, org.eclipse.jetty.server, org.eclipse.jetty.util, static org.jspecify,"
                + " org.slf4j'"
    })
    void aRoomExportsItsOneApiAndRequiresWhatItMay(String room, String type, String requires) throws Exception {
        ModuleDescriptor module = PackagedModule.of(Class.forName(PREFIX + room + "." + type));

        assertThat(module.name()).isEqualTo(PREFIX + room);
        assertThat(module.isOpen()).isFalse();
        assertThat(module.opens()).isEmpty();
        assertThat(module.exports()).singleElement().satisfies(exported -> {
            assertThat(exported.source()).isEqualTo(PREFIX + room);
            assertThat(exported.isQualified()).isFalse();
        });
        assertThat(module.requires().stream()
                        .filter(required -> !required.name().equals("java.base"))
                        .map(ModulesTest::text))
                .containsExactlyInAnyOrder(requires.split(", *"));
        assertThat(module.packages()).allMatch(name -> (name + ".").startsWith(PREFIX + room + "."));
        assertThat(module.uses())
                .containsExactlyElementsOf(
                        room.equals("webapp") ? List.of(PREFIX + "api.Metrics$Provider") : List.of());
        assertThat(module.provides()).hasSize(room.equals("webapp") ? 1 : 0);
    }

    /** Nobody knows the metrics, which export nothing: they are found as a service. */
    @Test
    void theMetricsAreAService() throws Exception {
        ModuleDescriptor module = PackagedModule.of(Class.forName(PREFIX + "metrics.PrometheusProvider"));

        assertThat(module.name()).isEqualTo(PREFIX + "metrics");
        assertThat(module.opens()).isEmpty();
        assertThat(module.exports()).isEmpty();
        assertThat(module.requires().stream()
                        .filter(required -> !required.name().equals("java.base"))
                        .map(ModulesTest::text))
                .containsExactlyInAnyOrder(
                        "api",
                        "io.prometheus.metrics.config",
                        "io.prometheus.metrics.core",
                        "io.prometheus.metrics.model",
                        "io.prometheus.writer.text",
                        "static org.jspecify",
                        "org.slf4j");
        assertThat(module.uses()).isEmpty();
        assertThat(module.provides())
                .singleElement()
                .satisfies(provided -> assertThat(provided.service()).isEqualTo(PREFIX + "api.Metrics$Provider"));
    }

    /** So that a test of each room can use them. */
    @Test
    void theHelpersOfTestsKnowNothingOfTheProduct() {
        assertThat(PackagedModule.of(PackagedModule.class).requires())
                .extracting(ModuleDescriptor.Requires::name)
                .contains("java.base")
                .noneMatch(name -> name.startsWith(PREFIX));
    }

    private static String text(ModuleDescriptor.Requires required) {
        StringBuilder text = new StringBuilder();
        for (Modifier modifier : List.of(Modifier.STATIC, Modifier.TRANSITIVE)) {
            if (required.modifiers().contains(modifier)) {
                text.append(modifier.name().toLowerCase()).append(' ');
            }
        }
        String name = required.name();
        return text.append(name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name)
                .toString();
    }
}
