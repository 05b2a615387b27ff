// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.conformance.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;

/** The plain manifest and the examples beside it: what they say, and whether it fits together. */
class ManifestTest {

    private final List<KubernetesObject> manifest = KubernetesObject.in(KubernetesFiles.MANIFEST);

    static Stream<Path> files() {
        return Stream.concat(Stream.of(KubernetesFiles.MANIFEST), KubernetesFiles.examples().stream());
    }

    @ParameterizedTest
    @MethodSource("files")
    void hasNoFieldThatItsKindDoesNotHave(Path file) {
        assertThat(KubernetesObject.in(file))
                .isNotEmpty()
                .filteredOn(KubernetesObject::hasModel)
                .allSatisfy(KubernetesObject::typed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"minAvailabel: 1", "selector: {matchLabel: {a: b}}", "selector: 1"})
    void aFieldThatTheModelDoesNotHaveIsSeen(String wrong) {
        KubernetesObject budget = KubernetesObject.in("""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: a}
                spec: {%s}
                """.formatted(wrong)).get(0);
        assertThatThrownBy(budget::typed).isInstanceOf(JacksonException.class);
    }

    @Test
    void holdsOneObjectOfEachKindAndNoTwoOfOneName() {
        assertThat(manifest)
                .extracting(KubernetesObject::identity)
                .containsExactlyInAnyOrder(
                        "Namespace/kube-oidc-gateway",
                        "ClusterRole/kube-oidc-gateway",
                        "ClusterRoleBinding/kube-oidc-gateway",
                        "kube-oidc-gateway/ServiceAccount/kube-oidc-gateway",
                        "kube-oidc-gateway/Deployment/kube-oidc-gateway",
                        "kube-oidc-gateway/Service/kube-oidc-gateway",
                        "kube-oidc-gateway/PodDisruptionBudget/kube-oidc-gateway",
                        "kube-oidc-gateway/NetworkPolicy/kube-oidc-gateway");
    }

    /** A line names a file, an object by its kind, a place in it as a JSON pointer, and what is there. */
    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # The level is demanded, and the two documents are granted to the account of the pods, and nothing else is.
            manifest | Namespace          | /metadata/labels/pod-security.kubernetes.io~1enforce   | restricted
            manifest | Deployment         | /spec/template/spec/securityContext/runAsUser          | 65534
            manifest | Deployment         | /spec/template/spec/securityContext/runAsGroup         | 65534
            manifest | ClusterRole        | /rules               | [{nonResourceURLs: [/.well-known/openid-configuration, /openid/v1/jwks], verbs: [get]}]
            manifest | ClusterRoleBinding | /roleRef             | {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kube-oidc-gateway}
            manifest | ClusterRoleBinding | /subjects            | [{kind: ServiceAccount, name: kube-oidc-gateway, namespace: kube-oidc-gateway}]
            manifest | Deployment         | /spec/template/spec/serviceAccountName                 | kube-oidc-gateway
            manifest | Deployment         | /spec/template/spec/automountServiceAccountToken       | true
            manifest | ServiceAccount     | /automountServiceAccountToken                          | false
            # A stop takes the delay, and 10 s at most for requests in flight (CONTRACT 7).
            manifest | Deployment         | /spec/template/spec/terminationGracePeriodSeconds      | 20
            manifest | Deployment         | /spec/template/spec/containers/0/env                   | [{name: HEALTH_MAX_STALE_SECONDS, value: "2592000"}, {name: JWKS_CLIENT_CACHE_TTL_SECONDS, value: "300"}, {name: SHUTDOWN_DELAY_SECONDS, value: "5"}, {name: CACHE_DIR, value: /var/cache/kube-oidc-gateway}]
            manifest | Deployment         | /spec/template/spec/containers/0/resources             | {requests: {cpu: 20m, memory: 64Mi}, limits: {cpu: 100m, memory: 64Mi}}
            # Health may wait for upstream, for UPSTREAM_TIMEOUT_SECONDS. A pod that has nothing to serve yet is not restarted for five minutes: restarts back off.
            manifest | Deployment         | /spec/template/spec/containers/0/startupProbe          | {httpGet: {path: /healthz, port: http, scheme: HTTP}, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 300}
            manifest | Deployment         | /spec/template/spec/containers/0/livenessProbe         | {httpGet: {path: /healthz, port: http, scheme: HTTP}, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3}
            manifest | Deployment         | /spec/template/spec/containers/0/readinessProbe        | {httpGet: {path: /readyz, port: http, scheme: HTTP}, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3}
            # The last pod is never taken, and a drain never held up.
            manifest | Deployment         | /spec/replicas                                         | 2
            manifest | Deployment         | /spec/template/spec/topologySpreadConstraints          | [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {PODS}}}]
            manifest | Deployment         | /spec/strategy                                         | {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
            manifest | PodDisruptionBudget | /spec               | {minAvailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow, selector: {matchLabels: {PODS}}}
            # A Service called "listen" would set LISTEN_PORT.
            manifest | Deployment         | /spec/template/spec/enableServiceLinks                 | false
            # The documents survive a restart of the container (CONTRACT 3.10).
            manifest | Deployment         | /spec/template/spec/containers/0/volumeMounts          | [{name: cache, mountPath: /var/cache/kube-oidc-gateway}]
            manifest | Deployment         | /spec/template/spec/volumes                            | [{name: cache, emptyDir: {sizeLimit: 16Mi}}]
            # Every selector means the pods, and every port leads to the container.
            manifest | Deployment         | /spec/template/metadata/labels                         | {PODS, app.kubernetes.io/version: VERSION}
            manifest | Deployment         | /spec/selector/matchLabels                             | {PODS}
            manifest | Service            | /spec/selector                                         | {PODS}
            manifest | NetworkPolicy      | /spec/podSelector/matchLabels                          | {PODS}
            manifest | Deployment         | /spec/template/spec/containers/0/ports                 | [{name: http, containerPort: 8080, protocol: TCP}]
            manifest | Service            | /spec/ports                                            | [{name: http, port: 80, targetPort: http, protocol: TCP}]
            manifest | NetworkPolicy      | /spec/policyTypes                                      | [Ingress, Egress]
            manifest | NetworkPolicy      | /spec/ingress                                          | [{ports: [{protocol: TCP, port: 8080}]}]
            manifest | NetworkPolicy      | /spec/egress/0/ports | [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}, {protocol: UDP, port: 5353}, {protocol: TCP, port: 5353}]
            manifest | NetworkPolicy      | /spec/egress/1/ports | [{protocol: TCP, port: 443}, {protocol: TCP, port: 6443}, {protocol: TCP, port: 8443}, {protocol: TCP, port: 16443}]
            manifest | NetworkPolicy      | /spec/egress/2                                         | absent
            manifest | Deployment         | /spec/template/spec/containers/0/image                 | kube-oidc-gateway:VERSION
            # The examples show the two documents of the Service, and nothing else.
            load-balancer.yaml | Service  | /spec/selector                                         | {PODS}
            load-balancer.yaml | Service  | /spec/ports                                            | [{name: https, port: 443, targetPort: http, protocol: TCP}]
            ingress.yaml   | Ingress      | /metadata/namespace                                    | kube-oidc-gateway
            ingress.yaml   | Ingress      | /spec/rules/0/http/paths                               | [{path: /.well-known/openid-configuration, pathType: Exact, backend: {service: {name: kube-oidc-gateway, port: {name: http}}}}, {path: /openid/v1/jwks, pathType: Exact, backend: {service: {name: kube-oidc-gateway, port: {name: http}}}}]
            httproute.yaml | HTTPRoute    | /metadata/namespace                                    | kube-oidc-gateway
            httproute.yaml | HTTPRoute    | /spec/rules                                            | [{matches: [{method: GET, path: {type: Exact, value: /.well-known/openid-configuration}}, {method: HEAD, path: {type: Exact, value: /.well-known/openid-configuration}}, {method: GET, path: {type: Exact, value: /openid/v1/jwks}}, {method: HEAD, path: {type: Exact, value: /openid/v1/jwks}}], backendRefs: [{name: kube-oidc-gateway, port: 80}]}]
            """)
    void says(String file, String kind, String pointer, String expected) {
        List<KubernetesObject> objects = file.equals("manifest")
                ? manifest
                : KubernetesObject.in(KubernetesFiles.FOLDER.resolve("examples").resolve(file));
        KubernetesObject.assertHas(objects, kind, pointer, expected);
    }

    @Test
    void meetsTheRestrictedLevel() {
        Restricted.check(KubernetesObject.pod(manifest));
    }

    @Test
    void loadBalancersProbeReadiness() {
        Stream<Path> probing = Stream.concat(
                        KubernetesFiles.examples().stream(), KubernetesFiles.exampleValues().stream())
                .filter(file -> file.getFileName()
                        .toString()
                        .matches("(aws-.*|load-balancer|gke-backend.*|gke-health.*)\\.yaml"));

        assertThat(probing)
                .hasSize(5)
                .allSatisfy(file ->
                        assertThat(Repository.text(file)).containsPattern("(healthcheck-path|requestPath): /readyz"));
    }

    @Test
    void theChartIsOfTheVersionThatTheBuildMakes() {
        String version = KubernetesFiles.builtVersion();
        assertThat(KubernetesObject.mapping(KubernetesFiles.CHART.resolve("Chart.yaml")))
                .containsEntry("version", version)
                .containsEntry("appVersion", version);
    }
}
