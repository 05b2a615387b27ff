// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that an operator chooses and Helm takes, and that Kubernetes, or YAML, takes otherwise. */
class ChartNamesTest {

    @TempDir
    private Path folder;

    /** As Kubernetes allows them; YAML reads them as something else than a text. */
    @ParameterizedTest
    @ValueSource(strings = {"123", "true", "null", "1e3"})
    void aNamespaceIsAText(String namespace) throws IOException {
        Path values = Files.writeString(folder.resolve("values.yaml"), """
                cache: {persistentVolumeClaim: {enabled: true}}
                certificate: {enabled: true, dnsNames: [a.example], issuerRef: {name: i}}
                ingress: {enabled: true, hosts: [a.example]}
                httpRoute: {enabled: true, parentRefs: [{name: g}]}
                metrics:
                  enabled: true
                  serviceMonitor: {enabled: true}
                  podMonitor: {enabled: true}
                  prometheusRule: {enabled: true}
                  dashboard: {enabled: true}
                """);

        List<KubernetesObject> objects =
                Chart.render(Chart.withoutHooks(folder.resolve("chart")), Chart.NAME, namespace, values);

        assertThat(objects)
                .filteredOn(object -> !object.kind().startsWith("ClusterRole"))
                .extracting(object ->
                        ChartValue.cast(object.content().get("metadata")).get("namespace"))
                .hasSize(15)
                .containsOnly(namespace);
        List<?> subjects = (List<?>)
                KubernetesObject.ofKind("ClusterRoleBinding", objects).content().get("subjects");
        assertThat(ChartValue.cast(subjects.get(0))).containsEntry("namespace", namespace);
    }

    /** Kubernetes would refuse the Service alone, after the other objects were made. */
    @ParameterizedTest
    @CsvSource({"1rel, 1rel-kube-oidc-gateway", "my.rel, my.rel-kube-oidc-gateway"})
    void aReleaseAfterWhichNoServiceCanBeNamedIsRefused(String release, String name) {
        assertThatThrownBy(() -> Chart.render(release, Chart.NAME, Map.of()))
                .hasMessageContaining("the objects would be called \"" + name + "\"")
                .hasMessageContaining("a Service's name begins with a letter")
                .hasMessageContaining("set fullnameOverride");
        assertThat(Chart.render(release, Chart.NAME, Map.of("fullnameOverride", "valid")))
                .allSatisfy(object -> assertThat(object.identity()).endsWith("/valid"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example/gateway:1",
                "localhost:5000/gateway:1",
                "localhost:5000",
                "gateway@sha256:0000",
                "a gateway",
                "gateway ",
                " gateway"
            })
    void aRepositoryWithMoreThanTheImagesNameIsRefused(String repository) {
        assertThatThrownBy(() -> Chart.render(Map.of("image.repository", repository)))
                .hasMessageContaining("image.repository is \"" + repository + "\"")
                .hasMessageContaining("a tag goes into image.tag, a digest into image.digest");
    }
}
