// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import io.github.kubeoidc.gateway.conformance.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where the files of {@code dist/kubernetes} are. */
final class KubernetesFiles {

    static final Path FOLDER = Repository.ROOT.resolve("dist/kubernetes");
    static final Path MANIFEST = FOLDER.resolve("kube-oidc-gateway.yaml");
    static final Path README = FOLDER.resolve("README.md");
    static final Path CHART = FOLDER.resolve("chart/kube-oidc-gateway");

    private KubernetesFiles() {}

    /** Objects to put beside the manifest's or the chart's, one purpose a file. */
    static List<Path> examples() {
        return files(FOLDER.resolve("examples"));
    }

    /** Values for the chart, one purpose a file. */
    static List<Path> exampleValues() {
        return files(FOLDER.resolve("examples/values"));
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The version of the root {@code pom.xml}. */
    static String builtVersion() {
        Matcher version = Pattern.compile("<artifactId>kube-oidc-gateway</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(Repository.text(Path.of("pom.xml")));
        if (!version.find()) {
            throw new IllegalStateException("no version in the root pom.xml");
        }
        return version.group(1);
    }
}
