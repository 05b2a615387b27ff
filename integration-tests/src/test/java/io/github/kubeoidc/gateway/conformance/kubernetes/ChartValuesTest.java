// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What each value of the chart changes: a line names the values, an object by its kind, a place in it as a JSON pointer,
 * and what is there then. For all values, no object has a field that its kind does not have, and the pods meet the
 * Pod Security level <em>restricted</em>.
 */
class ChartValuesTest {

    private static final ObjectMapper YAML = new YAMLMapper();

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}: {1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                              | ServiceAccount | /metadata/name                                     | kube-oidc-gateway
            serviceAccount: {name: other}                   | ServiceAccount | /metadata/name                                     | other
            serviceAccount: {name: other}                   | Deployment     | /spec/template/spec/serviceAccountName             | other
            serviceAccount: {name: other}                   | ClusterRoleBinding | /subjects/0/name                               | other
            serviceAccount: {annotations: {a/b: c}}         | ServiceAccount | /metadata/annotations                              | {a/b: c}
            serviceAccount: {create: false}                 | ServiceAccount | /                                                  | absent
            serviceAccount: {create: false}                 | Deployment     | /spec/template/spec/serviceAccountName             | default
            serviceAccount: {create: false, name: mine}     | Deployment     | /spec/template/spec/serviceAccountName             | mine
            serviceAccount: {create: false, name: mine}     | ClusterRoleBinding | /subjects/0/name                               | mine
            serviceAccount: {automount: false}              | Deployment     | /spec/template/spec/automountServiceAccountToken   | false
            rbac: {create: false}                           | ClusterRole    | /                                                  | absent
            rbac: {create: false}                           | ClusterRoleBinding | /                                              | absent
            nameOverride: "n"                               | Service        | /metadata/name                                     | kube-oidc-gateway-n
            nameOverride: gateway                           | Service        | /metadata/name                                     | kube-oidc-gateway
            nameOverride: "n"                               | Service        | /spec/selector/app.kubernetes.io~1name             | "n"
            nameOverride: "n"                               | Deployment     | /spec/template/metadata/labels/app.kubernetes.io~1name | "n"
            fullnameOverride: "on"                          | Service        | /metadata/name                                     | "on"
            commonLabels: {team: a}                         | ClusterRole    | /metadata/labels/team                              | a
            commonLabels: {team: a}                         | Deployment     | /spec/template/metadata/labels/team                | a
            commonLabels: {team: a}                         | Deployment     | /spec/selector/matchLabels/team                    | absent
            commonLabels: {app.kubernetes.io/version: a}    | Service        | /metadata/labels/app.kubernetes.io~1version        | VERSION
            {}                                              | Service        | /metadata/labels/app.kubernetes.io~1managed-by     | Helm
            {}                                              | Service        | /metadata/labels/helm.sh~1chart                    | kube-oidc-gateway-VERSION
            {}                                              | Deployment     | /spec/template/metadata/labels/helm.sh~1chart      | absent
            podLabels: {tier: b}                            | Deployment     | /spec/template/metadata/labels/tier                | b
            podLabels: {tier: b}                            | Deployment     | /metadata/labels/tier                              | absent
            {commonLabels: {tier: a}, podLabels: {tier: b}} | Deployment     | /spec/template/metadata/labels/tier                | b
            podAnnotations: {a/b: "1"}                      | Deployment     | /spec/template/metadata/annotations                | {a/b: "1"}
            {}                                              | Deployment     | /spec/template/metadata/annotations                | absent
            podSecurityContext: {runAsUser: null}           | Deployment     | /spec/template/spec/securityContext/runAsUser      | absent
            podSecurityContext: {runAsUser: 1000650000}     | Deployment     | /spec/template/spec/securityContext/runAsUser      | 1000650000
            podSecurityContext: {fsGroup: 1}                | Deployment     | /spec/template/spec/securityContext                | {runAsNonRoot: true, runAsUser: 65534, runAsGroup: 65534, fsGroup: 1, seccompProfile: {type: RuntimeDefault}}
            securityContext: {runAsNonRoot: true}           | Deployment     | /spec/template/spec/containers/0/securityContext   | {runAsNonRoot: true, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
            affinity: {podAffinity: {}}                     | Deployment     | /spec/template/spec/affinity                       | {podAffinity: {}}
            topologySpreadConstraints: [{maxSkew: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]                    | Deployment | /spec/template/spec/topologySpreadConstraints | [{maxSkew: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {PODS}}}]
            topologySpreadConstraints: [{maxSkew: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {}}] | Deployment | /spec/template/spec/topologySpreadConstraints | [{maxSkew: 2, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {}}]
            priorityClassName: high                         | Deployment     | /spec/template/spec/priorityClassName              | high
            extraEnv: [{name: A, value: "1"}]               | Deployment     | /spec/template/spec/containers/0/env/4             | {name: A, value: "1"}
            extraEnv: [{name: HEALTH_MAX_STALE_SECONDS, value: "86400"}] | Deployment     | /spec/template/spec/containers/0/env               | [{name: JWKS_CLIENT_CACHE_TTL_SECONDS, value: "300"}, {name: SHUTDOWN_DELAY_SECONDS, value: "5"}, {name: CACHE_DIR, value: /var/cache/kube-oidc-gateway}, {name: HEALTH_MAX_STALE_SECONDS, value: "86400"}]
            {config: {HEALTH_MAX_STALE_SECONDS: null}, cache: {enabled: false}, extraEnv: [{name: A, value: "1"}, {name: B, value: b}, {name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]} | Deployment     | /spec/template/spec/containers/0/env               | [{name: JWKS_CLIENT_CACHE_TTL_SECONDS, value: "300"}, {name: SHUTDOWN_DELAY_SECONDS, value: "5"}, {name: B, value: b}, {name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
            {metrics: {enabled: true}, tls: {secretName: pair}, extraEnv: [{name: CACHE_DIR, value: /a}, {name: TLS_KEY_FILE, value: /b}, {name: METRICS_PORT, value: "1"}]} | Deployment     | /spec/template/spec/containers/0/env               | [{name: HEALTH_MAX_STALE_SECONDS, value: "2592000"}, {name: JWKS_CLIENT_CACHE_TTL_SECONDS, value: "300"}, {name: SHUTDOWN_DELAY_SECONDS, value: "5"}, {name: TLS_CERT_FILE, value: /etc/kube-oidc-gateway/tls/tls.crt}, {name: CACHE_DIR, value: /a}, {name: TLS_KEY_FILE, value: /b}, {name: METRICS_PORT, value: "1"}]
            config: {LOG_LEVEL: debug, LOG_FORMAT: JSON}    | Deployment     | /spec/template/spec/containers/0/env/2             | {name: LOG_FORMAT, value: JSON}
            image: {repository: "localhost:5000/a/b", tag: "1"} | Deployment     | /spec/template/spec/containers/0/image             | "localhost:5000/a/b:1"
            image: {repository: "[::1]:5000/a", tag: "20261128"} | Deployment     | /spec/template/spec/containers/0/image             | "[::1]:5000/a:20261128"
            resources: {requests: {ephemeral-storage: 16Mi}, limits: {ephemeral-storage: 33554432}} | Deployment     | /spec/template/spec/containers/0/resources         | {requests: {cpu: 20m, memory: 64Mi, ephemeral-storage: 16Mi}, limits: {cpu: 100m, memory: 64Mi, ephemeral-storage: 33554432}}
            extraVolumes: [{name: a, secret: {secretName: b}}]  | Deployment | /spec/template/spec/volumes/1                      | {name: a, secret: {secretName: b}}
            extraVolumeMounts: [{name: cache, mountPath: /a}]   | Deployment | /spec/template/spec/containers/0/volumeMounts/1    | {name: cache, mountPath: /a}
            image: {digest: "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"} | Deployment | /spec/template/spec/containers/0/image | kube-oidc-gateway@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            {global: {imageRegistry: r.example.com/m}, image: {tag: "1"}} | Deployment | /spec/template/spec/containers/0/image   | r.example.com/m/kube-oidc-gateway:1
            {global: {imagePullSecrets: [a, {name: b}], other: 1}, imagePullSecrets: [{name: a}, {name: c}]} | Deployment | /spec/template/spec/imagePullSecrets | [{name: a}, {name: b}, {name: c}]
            resources: {requests: {cpu: 1, memory: 67108864}}   | Deployment | /spec/template/spec/containers/0/resources/requests | {cpu: 1, memory: 67108864}
            resources: {limits: {cpu: null}}                | Deployment     | /spec/template/spec/containers/0/resources/limits  | {memory: 64Mi}
            networkPolicy: {apiServer: {ports: [6444]}}     | NetworkPolicy  | /spec/egress/1                                     | {ports: [{protocol: TCP, port: 6444}]}
            networkPolicy: {apiServer: {ports: [443], cidrs: [10.0.0.1/32, "fd00::1/128"]}} | NetworkPolicy | /spec/egress/1      | {ports: [{protocol: TCP, port: 443}], to: [{ipBlock: {cidr: 10.0.0.1/32}}, {ipBlock: {cidr: "fd00::1/128"}}]}
            service: {type: LoadBalancer, loadBalancerClass: a/b, loadBalancerSourceRanges: [192.0.2.0/24]} | Service | /spec | {type: LoadBalancer, loadBalancerClass: a/b, loadBalancerSourceRanges: [192.0.2.0/24], selector: {PODS}, ports: [{name: http, port: 80, targetPort: http, protocol: TCP}]}
            service: {ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv6, IPv4]} | Service | /spec | {type: ClusterIP, ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv6, IPv4], selector: {PODS}, ports: [{name: http, port: 80, targetPort: http, protocol: TCP}]}
            {}                                              | Service        | /spec                                              | {type: ClusterIP, selector: {PODS}, ports: [{name: http, port: 80, targetPort: http, protocol: TCP}]}
            tls: {secretName: pair}                         | Service        | /spec/ports/0/name                                 | https
            {}                                              | Ingress        | /                                                  | absent
            ingress: {enabled: true, hosts: [a.example], className: c, annotations: {a/b: c}} | Ingress | /metadata/annotations | {a/b: c}
            ingress: {enabled: true, hosts: [a.example], className: c, tlsSecretName: s}      | Ingress | /spec | {ingressClassName: c, tls: [{hosts: [a.example], secretName: s}], rules: [{host: a.example, http: {paths: [{path: /.well-known/openid-configuration, pathType: Exact, backend: {service: {name: kube-oidc-gateway, port: {name: http}}}}, {path: /openid/v1/jwks, pathType: Exact, backend: {service: {name: kube-oidc-gateway, port: {name: http}}}}]}}]}
            {ingress: {enabled: true, hosts: [a.example, b.example]}, config: {PATH_PREFIX: /a}, tls: {secretName: pair}} | Ingress | /spec/rules/1 | {host: b.example, http: {paths: [{path: /a/.well-known/openid-configuration, pathType: Exact, backend: {service: {name: kube-oidc-gateway, port: {name: https}}}}, {path: /a/openid/v1/jwks, pathType: Exact, backend: {service: {name: kube-oidc-gateway, port: {name: https}}}}]}}
            {}                                              | HTTPRoute      | /                                                  | absent
            httpRoute: {enabled: true, parentRefs: [{name: g}], annotations: {a/b: c}} | HTTPRoute | /metadata/annotations   | {a/b: c}
            {httpRoute: {enabled: true, parentRefs: [{name: g}], hostnames: [a.example]}, config: {PATH_PREFIX: /a}} | HTTPRoute | /spec | {parentRefs: [{name: g}], hostnames: [a.example], rules: [{matches: [{method: GET, path: {type: Exact, value: /a/.well-known/openid-configuration}}, {method: HEAD, path: {type: Exact, value: /a/.well-known/openid-configuration}}, {method: GET, path: {type: Exact, value: /a/openid/v1/jwks}}, {method: HEAD, path: {type: Exact, value: /a/openid/v1/jwks}}], backendRefs: [{name: kube-oidc-gateway, port: 80}]}]}
            {}                                              | Certificate    | /                                                  | absent
            certificate: {enabled: true, dnsNames: [a.example], issuerRef: {name: i}} | Certificate | /apiVersion            | cert-manager.io/v1
            certificate: {enabled: true, dnsNames: [a.example], issuerRef: {name: i}} | Certificate | /spec | {secretName: kube-oidc-gateway-tls, dnsNames: [a.example], issuerRef: {group: cert-manager.io, kind: ClusterIssuer, name: i}, privateKey: {algorithm: ECDSA, rotationPolicy: Always}}
            certificate: {enabled: true, dnsNames: [a.example], issuerRef: {name: i}} | Deployment | /spec/template/spec/volumes/1 | {name: tls, secret: {secretName: kube-oidc-gateway-tls}}
            certificate: {enabled: true, dnsNames: [a.example], issuerRef: {name: i}} | Deployment | /spec/template/spec/containers/0/env/4 | {name: TLS_CERT_FILE, value: /etc/kube-oidc-gateway/tls/tls.crt}
            certificate: {enabled: true, dnsNames: [a.example], issuerRef: {name: i}} | Deployment | /spec/template/spec/containers/0/startupProbe/httpGet/scheme | HTTPS
            {certificate: {enabled: true, dnsNames: [a.example], issuerRef: {name: i}, duration: 2160h, renewBefore: 720h}, tls: {secretName: pair}} | Certificate | /spec | {secretName: pair, dnsNames: [a.example], issuerRef: {group: cert-manager.io, kind: ClusterIssuer, name: i}, privateKey: {algorithm: ECDSA, rotationPolicy: Always}, duration: 2160h, renewBefore: 720h}
            {}                                              | PersistentVolumeClaim | /                                           | absent
            cache: {existingClaim: mine}                    | PersistentVolumeClaim | /                                           | absent
            cache: {existingClaim: mine}                    | Deployment     | /spec/template/spec/volumes                        | [{name: cache, persistentVolumeClaim: {claimName: mine}}]
            cache: {existingClaim: mine}                    | Deployment     | /spec/template/spec/securityContext/fsGroup        | 65534
            cache: {existingClaim: mine}                    | Deployment     | /spec/template/spec/securityContext/fsGroupChangePolicy | OnRootMismatch
            {}                                              | Deployment     | /spec/template/spec/securityContext/fsGroup        | absent
            {cache: {existingClaim: mine}, podSecurityContext: {fsGroup: 7}} | Deployment | /spec/template/spec/securityContext/fsGroup | 7
            {cache: {existingClaim: mine}, podSecurityContext: {runAsUser: null, runAsGroup: null}} | Deployment | /spec/template/spec/securityContext/fsGroup | absent
            cache: {persistentVolumeClaim: {enabled: true}} | PersistentVolumeClaim | /spec                                       | {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
            cache: {persistentVolumeClaim: {enabled: true, storageClassName: c, size: 16Mi, accessModes: [ReadWriteOnce]}} | PersistentVolumeClaim | /spec | {accessModes: [ReadWriteOnce], storageClassName: c, resources: {requests: {storage: 16Mi}}}
            cache: {persistentVolumeClaim: {enabled: true}} | Deployment     | /spec/template/spec/volumes                        | [{name: cache, persistentVolumeClaim: {claimName: kube-oidc-gateway}}]
            cache: {persistentVolumeClaim: {enabled: true}, existingClaim: mine} | PersistentVolumeClaim | /                      | absent
            cache: {persistentVolumeClaim: {enabled: true}, enabled: false}      | PersistentVolumeClaim | /                      | absent
            cache: {enabled: false}                         | Deployment     | /spec/template/spec/volumes                        | absent
            updateStrategy: {type: Recreate}                | Deployment     | /spec/strategy                                     | {type: Recreate}
            updateStrategy: {rollingUpdate: {maxSurge: 2}}  | Deployment     | /spec/strategy                                     | {type: RollingUpdate, rollingUpdate: {maxSurge: 2, maxUnavailable: 0}}
            metrics: {enabled: true}                        | Deployment     | /spec/template/spec/containers/0/env/4             | {name: METRICS_PORT, value: "9090"}
            metrics: {enabled: true, port: 9091}            | Deployment     | /spec/template/spec/containers/0/ports             | [{name: http, containerPort: 8080, protocol: TCP}, {name: metrics, containerPort: 9091, protocol: TCP}]
            metrics: {enabled: true, port: 9091}            | NetworkPolicy  | /spec/ingress                                      | [{ports: [{protocol: TCP, port: 8080}]}, {ports: [{protocol: TCP, port: 9091}], from: [{namespaceSelector: {}}]}]
            {metrics: {enabled: true}, networkPolicy: {metricsFrom: [{podSelector: {}}]}} | NetworkPolicy | /spec/ingress/1/from   | [{podSelector: {}}]
            metrics: {enabled: true}                        | Service        | /spec                                              | {type: ClusterIP, selector: {PODS}, ports: [{name: http, port: 80, targetPort: http, protocol: TCP}]}
            metrics: {enabled: true, port: 9091, serviceMonitor: {enabled: true}} | Service | /spec/clusterIP                   | None
            metrics: {enabled: true, port: 9091, serviceMonitor: {enabled: true}} | Service | /metadata/labels/app.kubernetes.io~1component | metrics
            metrics: {enabled: true, serviceMonitor: {enabled: true, labels: {release: r}}} | ServiceMonitor | /metadata/labels/release | r
            metrics: {enabled: true, serviceMonitor: {enabled: true, interval: 30s}}        | ServiceMonitor | /spec    | {selector: {matchLabels: {PODS, app.kubernetes.io/component: metrics}}, endpoints: [{port: metrics, path: /metrics, interval: 30s}]}
            metrics: {enabled: true, podMonitor: {enabled: true, labels: {release: r}}}     | PodMonitor     | /metadata/labels/release | r
            metrics: {enabled: true, podMonitor: {enabled: true, scrapeTimeout: 5s}}        | PodMonitor     | /spec    | {selector: {matchLabels: {PODS}}, podMetricsEndpoints: [{port: metrics, path: /metrics, scrapeTimeout: 5s}]}
            metrics: {enabled: true, podMonitor: {enabled: true}}                           | ServiceMonitor | /        | absent
            nodeSelector: {disk: ssd}                       | Deployment     | /spec/template/spec/nodeSelector                   | {disk: ssd}
            tolerations: [{key: dedicated, operator: Exists}] | Deployment     | /spec/template/spec/tolerations                    | [{key: dedicated, operator: Exists}]
            resources: {limits: {memory: 96Mi}}             | Deployment     | /spec/template/spec/containers/0/resources/limits/memory | 96Mi
            service: {type: LoadBalancer, port: 443}        | Service        | /spec                                              | {type: LoadBalancer, selector: {PODS}, ports: [{name: http, port: 443, targetPort: http, protocol: TCP}]}
            service: {annotations: {example.com/tls: here}} | Service        | /metadata/annotations                              | {example.com/tls: here}
            replicas: 1                                     | PodDisruptionBudget | /                                                  | absent
            networkPolicy: {enabled: false}                 | NetworkPolicy  | /                                                  | absent
            cache: {enabled: false}                         | Deployment     | /spec/template/spec/containers/0/volumeMounts      | absent
            cache: {enabled: false}                         | Deployment     | /spec/template/spec/containers/0/env               | [{name: HEALTH_MAX_STALE_SECONDS, value: "2592000"}, {name: JWKS_CLIENT_CACHE_TTL_SECONDS, value: "300"}, {name: SHUTDOWN_DELAY_SECONDS, value: "5"}]
            config: {CLIENT_CACHE_TTL_SECONDS: 31536000}    | Deployment     | /spec/template/spec/containers/0/env/0             | {name: CLIENT_CACHE_TTL_SECONDS, value: "31536000"}
            config: {DISCOVERY_EXTRA_MEMBERS: "{\\"authorization_endpoint\\": \\"https://oidc.example.com/none\\", \\"n\\": 1.0}\\n"} | Deployment     | /spec/template/spec/containers/0/env/0             | {name: DISCOVERY_EXTRA_MEMBERS, value: "{\\"authorization_endpoint\\": \\"https://oidc.example.com/none\\", \\"n\\": 1.0}\\n"}
            tls: {secretName: pair}                         | Deployment     | /spec/template/spec/containers/0/env/4             | {name: TLS_CERT_FILE, value: /etc/kube-oidc-gateway/tls/tls.crt}
            tls: {secretName: pair}                         | Deployment     | /spec/template/spec/containers/0/env/5             | {name: TLS_KEY_FILE, value: /etc/kube-oidc-gateway/tls/tls.key}
            tls: {secretName: pair}                         | Deployment     | /spec/template/spec/containers/0/volumeMounts/1    | {name: tls, mountPath: /etc/kube-oidc-gateway/tls, readOnly: true}
            tls: {secretName: pair}                         | Deployment     | /spec/template/spec/volumes/1                      | {name: tls, secret: {secretName: pair}}
            tls: {secretName: pair}                         | Deployment     | /spec/template/spec/volumes/2                      | absent
            {tls: {secretName: pair}, cache: {enabled: false}} | Deployment     | /spec/template/spec/containers/0/env/3             | {name: TLS_CERT_FILE, value: /etc/kube-oidc-gateway/tls/tls.crt}
            {tls: {secretName: pair}, cache: {enabled: false}} | Deployment     | /spec/template/spec/containers/0/env/4             | {name: TLS_KEY_FILE, value: /etc/kube-oidc-gateway/tls/tls.key}
            {tls: {secretName: pair}, cache: {enabled: false}} | Deployment     | /spec/template/spec/containers/0/volumeMounts/0    | {name: tls, mountPath: /etc/kube-oidc-gateway/tls, readOnly: true}
            {tls: {secretName: pair}, cache: {enabled: false}} | Deployment     | /spec/template/spec/volumes/0                      | {name: tls, secret: {secretName: pair}}
            {tls: {secretName: pair}, cache: {enabled: false}} | Deployment     | /spec/template/spec/volumes/1                      | absent
            tls: {secretName: pair}                         | Deployment     | /spec/template/spec/containers/0/startupProbe/httpGet/scheme | HTTPS
            tls: {secretName: pair}                         | Deployment     | /spec/template/spec/containers/0/livenessProbe/httpGet/scheme | HTTPS
            tls: {secretName: pair}                         | Deployment     | /spec/template/spec/containers/0/readinessProbe/httpGet/scheme | HTTPS
            """)
    void aValueChangesWhatItIsFor(String values, String kind, String pointer, String expected) throws IOException {
        List<KubernetesObject> objects = Chart.render(KubernetesFiles.CHART, file(values));

        KubernetesObject.assertHas(objects, kind, pointer, expected);
        check(objects);
    }

    private static void check(List<KubernetesObject> objects) {
        // The lines above name all that there is in the others.
        assertThat(objects).filteredOn(KubernetesObject::hasModel).allSatisfy(KubernetesObject::typed);
        PodSpec pod = KubernetesObject.pod(objects);
        Restricted.check(pod);
        // Kubernetes merges by name: of two, an upgrade changes one and forgets the other.
        assertThat(pod.getContainers().get(0).getEnv())
                .extracting(EnvVar::getName)
                .doesNotHaveDuplicates();
    }

    /** Values that are set, and the maps that they are in. */
    static Stream<String> names() {
        return ChartValue.all().stream()
                .filter(value -> value.setting() != null)
                .map(ChartValue::name)
                .flatMap(name ->
                        Stream.iterate(name, part -> !part.isEmpty(), part -> part.replaceFirst("\\.?[^.]*$", "")))
                .distinct();
    }

    /** A name without a value, as YAML may have, takes the default away: what cannot be without one says so. */
    @ParameterizedTest
    @MethodSource("names")
    void aValueLeftEmptyIsNoneOrRefused(String name) throws IOException {
        StringBuilder values = new StringBuilder();
        String[] parts = name.split("\\.");
        for (int i = 0; i < parts.length; i++) {
            values.append("  ".repeat(i)).append(parts[i]).append(":\n");
        }
        List<KubernetesObject> objects;
        try {
            objects = Chart.render(KubernetesFiles.CHART, file(values.toString()));
        } catch (IllegalStateException e) {
            assertThat(e).hasMessageContaining("missing property '" + parts[parts.length - 1] + "'");
            return;
        }
        assertThat(objects).isNotEmpty().filteredOn(KubernetesObject::hasModel).allSatisfy(KubernetesObject::typed);
    }

    static Stream<Path> examples() {
        return KubernetesFiles.exampleValues().stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExamplesAreAllowedAndRestricted(Path values) {
        check(Chart.render(KubernetesFiles.CHART, values));
    }

    @Test
    void aPartOfAnotherChartCanBeLeftOutByItsCondition() throws IOException {
        Path umbrella = folder.resolve("umbrella");
        Chart.copy(umbrella.resolve("charts").resolve(Chart.NAME), text -> text);
        Files.writeString(umbrella.resolve("Chart.yaml"), """
                apiVersion: v2
                name: umbrella
                version: 1.0.0
                dependencies:
                  - name: kube-oidc-gateway
                    version: ">=0-0"
                    condition: kube-oidc-gateway.enabled
                """);

        List<KubernetesObject> with = Chart.render(umbrella, file("""
                global: {imageRegistry: registry.example.com, imagePullSecrets: [pull], storageClass: fast}
                kube-oidc-gateway: {enabled: true, podSecurityContext: {fsGroup: 1}}
                """));
        check(with);
        assertThat(KubernetesObject.pod(with))
                .satisfies(pod -> assertThat(pod.getContainers().get(0).getImage())
                        .startsWith("registry.example.com/kube-oidc-gateway:"))
                .satisfies(pod -> assertThat(pod.getImagePullSecrets()).hasSize(1));
        assertThat(Chart.render(umbrella, file("kube-oidc-gateway: {enabled: false}")))
                .isEmpty();
    }

    /** The files may be missing from a chart: then their objects are. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void alertsAndDashboardAreTheFiles(boolean present) throws IOException {
        Path chart = Chart.copy(folder.resolve("chart"), text -> text);
        Path files = Files.createDirectories(chart.resolve("files"));
        Files.deleteIfExists(files.resolve("alerts.yaml"));
        Files.deleteIfExists(files.resolve("dashboard.json"));
        String dashboard = "{\n  \"title\": \"{{ instance }}\"\n}\n";
        if (present) {
            Files.writeString(files.resolve("alerts.yaml"), """
                    # A comment.
                    groups:
                      - name: one
                        rules:
                          - alert: Two
                            annotations: {summary: "{{ $labels.instance }}"}
                    """);
            Files.writeString(files.resolve("dashboard.json"), dashboard);
        }

        List<KubernetesObject> objects = Chart.render(chart, file("""
                metrics:
                  enabled: true
                  prometheusRule: {enabled: true, labels: {release: r}}
                  dashboard: {enabled: true, annotations: {grafana_folder: f}}
                """));

        check(objects);
        if (!present) {
            assertThat(objects).extracting(KubernetesObject::kind).doesNotContain("PrometheusRule", "ConfigMap");
            return;
        }
        KubernetesObject rule = KubernetesObject.ofKind("PrometheusRule", objects);
        assertThat(rule.generic().getMetadata().getLabels()).containsEntry("release", "r");
        assertThat(YAML.<JsonNode>valueToTree(rule.content().get("spec")))
                .isEqualTo(
                        YAML.readTree(
                                "{groups: [{name: one, rules: [{alert: Two, annotations: {summary: '{{ $labels.instance }}'}}]}]}"));
        ConfigMap map = KubernetesObject.ofKind("ConfigMap", objects).typed(ConfigMap.class);
        assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
        assertThat(map.getMetadata().getAnnotations()).containsEntry("grafana_folder", "f");
        assertThat(map.getData()).hasSize(1);
        assertThat(YAML.readTree(map.getData().get("kube-oidc-gateway.json"))).isEqualTo(YAML.readTree(dashboard));
    }

    @Test
    void anOlderClusterIsRefused() {
        var template = Chart.template(KubernetesFiles.CHART);

        assertThatThrownBy(template.withKubeVersion("1.26.9")::call).hasMessageContaining("kubeVersion");
        assertThat(template.withKubeVersion("1.27.0-gke.100").call()).contains("kind: Deployment");
    }

    private Path file(String values) throws IOException {
        return Files.writeString(folder.resolve("values.yaml"), values);
    }
}
