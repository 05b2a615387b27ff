// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

        List<KubernetesObject> objects = KubernetesObject.in(Chart.template(Chart.withoutHooks(folder.resolve("chart")))
                .withName(Chart.NAME)
                .withNamespace(namespace)
                .withValuesFile(values)
                .call());

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
}
