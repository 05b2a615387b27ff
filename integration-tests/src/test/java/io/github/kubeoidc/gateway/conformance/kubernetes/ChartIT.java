// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.Release;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import io.github.kubeoidc.gateway.conformance.containers.ApiServer;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A release of the chart on a real API server. No pod is claimed to run. */
@ExtendWith(ClusterExtension.class)
class ChartIT {

    private final String release = "r" + UUID.randomUUID().toString().substring(0, 8);
    private final String namespace = release + "-namespace";

    @TempDir
    private Path folder;

    @Test
    void isInstalledUpgradedAndUninstalled(ApiServer server) throws Throwable {
        KubernetesClient client = server.admin();
        Path chart = chartFor(client);
        Path values = file(valuesFor(client));
        List<KubernetesObject> rendered = Chart.render(KubernetesFiles.CHART, release, namespace, values);

        whileInstalled(server, chart, release, values, () -> {
            assertThat(rendered)
                    .hasSizeGreaterThanOrEqualTo(6)
                    .allSatisfy(object -> assertThat(
                                    client.resource(object.generic()).get())
                            .as(object.identity())
                            .isNotNull()
                            .satisfies(onServer -> assertThat(
                                            onServer.getMetadata().getLabels())
                                    .containsEntry("app.kubernetes.io/managed-by", "Helm")
                                    .containsEntry("app.kubernetes.io/instance", release)));

            Release upgraded = upgrade(server, chart, "config: {CACHE_TTL_SECONDS: 30}");
            assertThat(upgraded.getStatus()).isEqualTo("deployed");
            assertThat(upgraded.getRevision()).isEqualTo("2");
            assertThat(variables(client))
                    .containsEntry("CACHE_TTL_SECONDS", "30")
                    .containsEntry("HEALTH_MAX_STALE_SECONDS", "2592000");

            // Kubernetes merges variables by name, so that an upgrade changes nothing where one is there twice.
            upgrade(server, chart, "extraEnv: [{name: HEALTH_MAX_STALE_SECONDS, value: '86400'}]");
            assertThat(variables(client)).containsEntry("HEALTH_MAX_STALE_SECONDS", "86400");
            upgrade(server, chart, "extraEnv: []");
            assertThat(variables(client)).containsEntry("HEALTH_MAX_STALE_SECONDS", "2592000");
        });
    }

    /** The values whose objects and fields a server of any age knows, all at once: it refuses a field that it does not know. */
    @Test
    void takesWhatTheValuesMake(ApiServer server) throws Throwable {
        Path values = file("""
                fullnameOverride: "%s"
                nameOverride: "on"
                replicas: 1
                commonLabels: {team: a}
                podLabels: {tier: b}
                podAnnotations: {example.com/a: b}
                global: {imagePullSecrets: [a, {name: b}]}
                image: {digest: "sha256:%s"}
                serviceAccount: {annotations: {example.com/a: b}}
                podSecurityContext: {runAsUser: 1000650000}
                securityContext: {runAsNonRoot: true}
                resources: {requests: {cpu: 1, memory: 67108864}, limits: {cpu: 1.5}}
                updateStrategy: {type: Recreate}
                affinity: {nodeAffinity: {}}
                topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]
                tolerations: [{key: a, operator: Exists}]
                extraEnv: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
                extraVolumes: [{name: extra, configMap: {name: a}}]
                extraVolumeMounts: [{name: extra, mountPath: /extra}]
                cache: {persistentVolumeClaim: {enabled: true, storageClassName: shared}}
                tls: {secretName: pair}
                service: {type: LoadBalancer, port: 443, loadBalancerSourceRanges: [192.0.2.0/24]}
                ingress: {enabled: true, className: c, hosts: [a.example, b.example], tlsSecretName: s}
                networkPolicy: {apiServer: {ports: [443], cidrs: [10.0.0.1/32]}}
                metrics: {enabled: true}
                """.formatted(release, "a".repeat(64)));

        whileInstalled(
                server,
                chartFor(server.admin()),
                "on",
                values,
                () -> assertThat(Traces.of(server.admin(), release))
                        .contains(
                                namespace + "/ingresses/" + release,
                                namespace + "/persistentvolumeclaims/" + release,
                                namespace + "/deployments/" + release));
    }

    /** Does something while a release is installed, and removes it, which leaves no trace. */
    private void whileInstalled(ApiServer server, Path chart, String name, Path values, Executable task)
            throws Throwable {
        KubernetesClient client = server.admin();
        Release installed = new Helm(chart)
                .install()
                .withName(name)
                .withNamespace(namespace)
                .createNamespace()
                .withValuesFile(values)
                .withKubeConfigContents(server.kubeconfig())
                .call();
        try {
            assertThat(installed.getStatus()).isEqualTo("deployed");
            task.execute();
        } finally {
            Helm.uninstall(name)
                    .withNamespace(namespace)
                    .withKubeConfigContents(server.kubeconfig())
                    .call();
            releaseClaims(client);
            Traces.removeNamespace(client, namespace);
        }
        Await.until(
                Duration.ofSeconds(60),
                "no trace of the release",
                () -> Traces.of(client, release).isEmpty());
    }

    /** On a server without controllers nobody else takes away what protects a claim that is deleted. */
    private void releaseClaims(KubernetesClient client) {
        if (client.nodes().list().getItems().isEmpty()) {
            client.persistentVolumeClaims()
                    .inNamespace(namespace)
                    .list()
                    .getItems()
                    .forEach(claim -> {
                        claim.getMetadata().setFinalizers(null);
                        client.resource(claim).update();
                    });
        }
    }

    /** A server that is too old for the chart gets one that does not say so. */
    private Path chartFor(KubernetesClient client) {
        if (Integer.parseInt(client.getKubernetesVersion().getMinor().replaceAll("[^0-9]", "")) >= 27) {
            return KubernetesFiles.CHART;
        }
        System.err.println("**** CHANGED: this server is older than the chart's kubeVersion. ****");
        return Chart.copy(folder.resolve("chart"), text -> text.replaceAll("(?m)^kubeVersion:.*$", ""));
    }

    /** A server without {@code policy/v1} gets one replica, which has no budget. */
    private static String valuesFor(KubernetesClient client) {
        if (client.supports("policy/v1", "PodDisruptionBudget")) {
            return "{}";
        }
        System.err.println("**** NOT INSTALLED: this server has no PodDisruptionBudget in policy/v1. ****");
        return "replicas: 1";
    }

    private Release upgrade(ApiServer server, Path chart, String values) throws IOException {
        return new Helm(chart)
                .upgrade()
                .withName(release)
                .withNamespace(namespace)
                .reuseValues()
                .withValuesFile(file(values))
                .withKubeConfigContents(server.kubeconfig())
                .call();
    }

    private Path file(String values) throws IOException {
        return Files.writeString(folder.resolve("values.yaml"), values);
    }

    private Map<String, String> variables(KubernetesClient client) {
        return KubernetesObject.variables(client.apps()
                .deployments()
                .inNamespace(namespace)
                .withName(release + "-kube-oidc-gateway")
                .get()
                .getSpec()
                .getTemplate()
                .getSpec());
    }
}
