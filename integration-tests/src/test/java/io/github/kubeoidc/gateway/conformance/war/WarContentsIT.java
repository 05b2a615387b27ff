// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.war;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the WAR is made of. */
class WarContentsIT {
    private static final String LIB = "WEB-INF/lib/";

    @Test
    void hasExactlyTheseLibraries() throws IOException {
        assertThat(entries())
                .filteredOn(entry -> entry.getName().startsWith(LIB) && !entry.isDirectory())
                .map(entry -> entry.getName().substring(LIB.length()).replaceAll("-\\d.*", ""))
                .containsExactlyInAnyOrder("""
                        gateway-api gateway-cache gateway-metrics gateway-upstream gateway-web gateway-webapp gson
                        jetty-alpn-client jetty-client jetty-compression-common jetty-compression-gzip jetty-http
                        jetty-io jetty-util jspecify logback-classic logback-core prometheus-metrics-config
                        prometheus-metrics-core prometheus-metrics-exposition-textformats prometheus-metrics-model
                        slf4j-api
                        """.split("\\s+"));
    }

    @Test
    void hasNoServletContainerAndNoServletApi() throws IOException {
        List<String> classes = new ArrayList<>();
        try (ZipFile war = new ZipFile(War.FILE.toFile())) {
            for (ZipEntry entry : entries()) {
                classes.add(entry.getName());
                if (entry.getName().endsWith(".jar")) {
                    byte[] jar = war.getInputStream(entry).readAllBytes();
                    ZipInputStream inner = new ZipInputStream(new ByteArrayInputStream(jar));
                    for (ZipEntry file = inner.getNextEntry(); file != null; file = inner.getNextEntry()) {
                        classes.add(file.getName());
                    }
                }
            }
        }
        assertThat(classes)
                .contains("io/github/kubeoidc/gateway/webapp/GatewayListener.class")
                .noneMatch(name -> name.startsWith("jakarta/") || name.startsWith("javax/"))
                .noneMatch(name -> name.startsWith("org/eclipse/jetty/server/")
                        || name.startsWith("org/eclipse/jetty/ee")
                        || name.startsWith("org/apache/"));
    }

    @Test
    void isReproducible() throws IOException {
        assertThat(entries())
                .extracting(ZipEntry::getTimeLocal)
                .as("the time of the build is nowhere in it")
                .containsOnly(LocalDateTime.parse("2026-11-24T00:00:00"));
    }

    @Test
    void hasTheLicence() throws IOException {
        assertThat(entries()).extracting(ZipEntry::getName).contains("META-INF/LICENSE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tomcat.xml", "jetty.xml", "setenv.sh"})
    void readmeShowsTheFilesThatTheTestsDeployWith(String example) {
        assertThat(War.readme()).contains("\n" + War.example(example) + "```\n");
    }

    private static List<ZipEntry> entries() throws IOException {
        try (ZipFile war = new ZipFile(War.FILE.toFile())) {
            return new ArrayList<>(Collections.list(war.entries()));
        }
    }
}
