// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;

/** The plain manifest and the examples beside it: what they say, and whether it fits together. */
class ManifestTest {

    private static final String CACHE_DIR = "/var/cache/kube-oidc-gateway";
    private static final List<String> DOCUMENTS = List.of("/.well-known/openid-configuration", "/openid/v1/jwks");

    private final List<KubernetesObject> manifest = KubernetesObject.in(KubernetesFiles.MANIFEST);
    private final Deployment deployment = only(Deployment.class);
    private final Map<String, String> podLabels =
            deployment.getSpec().getTemplate().getMetadata().getLabels();
    private final Service service = only(Service.class);

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

    @Test
    void aFieldThatTheModelDoesNotHaveIsSeen() {
        for (String wrong : List.of("minAvailabel: 1", "selector: {matchLabel: {a: b}}", "selector: 1")) {
            KubernetesObject budget = KubernetesObject.in("""
                            apiVersion: policy/v1
                            kind: PodDisruptionBudget
                            metadata: {name: a}
                            spec: {%s}
                            """.formatted(wrong)).get(0);
            assertThatThrownBy(budget::typed).as(wrong).isInstanceOf(JacksonException.class);
        }
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

    @Test
    void demandsTheRestrictedLevelAndMeetsIt() {
        assertThat(only(Namespace.class).getMetadata().getLabels())
                .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
        var pod = deployment.getSpec().getTemplate().getSpec();
        Restricted.check(pod);
        assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(65534);
        assertThat(pod.getSecurityContext().getRunAsGroup()).isEqualTo(65534);
    }

    @Test
    void grantsTheTwoDocumentsToTheAccountOfThePods() {
        ClusterRole role = only(ClusterRole.class);
        assertThat(role.getRules()).singleElement().satisfies(rule -> {
            assertThat(rule.getNonResourceURLs()).isEqualTo(DOCUMENTS);
            assertThat(rule.getVerbs()).containsExactly("get");
            assertThat(rule.getResources()).isEmpty();
        });
        ClusterRoleBinding binding = only(ClusterRoleBinding.class);
        ServiceAccount account = only(ServiceAccount.class);
        assertThat(binding.getRoleRef().getName()).isEqualTo(role.getMetadata().getName());
        assertThat(binding.getSubjects()).singleElement().satisfies(subject -> {
            assertThat(subject.getName()).isEqualTo(account.getMetadata().getName());
            assertThat(subject.getNamespace()).isEqualTo(account.getMetadata().getNamespace());
        });
        var pod = deployment.getSpec().getTemplate().getSpec();
        assertThat(pod.getServiceAccountName()).isEqualTo(account.getMetadata().getName());
        assertThat(pod.getAutomountServiceAccountToken()).isTrue();
        assertThat(account.getAutomountServiceAccountToken()).isFalse();
    }

    @Test
    void givesAPodTheTimeThatItsStopTakes() {
        Map<String, String> environment =
                deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getEnv().stream()
                        .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
        assertThat(environment)
                .containsOnly(
                        Map.entry("HEALTH_MAX_STALE_SECONDS", "2592000"),
                        Map.entry("JWKS_CLIENT_CACHE_TTL_SECONDS", "300"),
                        Map.entry("SHUTDOWN_DELAY_SECONDS", "5"),
                        Map.entry("CACHE_DIR", CACHE_DIR));
        // CONTRACT 7: the delay, and 10 s at most for requests in flight.
        assertThat(deployment.getSpec().getTemplate().getSpec().getTerminationGracePeriodSeconds())
                .isBetween(5 + 10 + 2L, 30L);
    }

    @Test
    void asksForLittleAndProbesHealth() {
        var container =
                deployment.getSpec().getTemplate().getSpec().getContainers().get(0);
        assertThat(container.getResources().getLimits())
                .isEqualTo(Map.of("cpu", new Quantity("100m"), "memory", new Quantity("64Mi")));
        assertThat(container.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
        assertThat(probed(container.getLivenessProbe().getHttpGet())).isEqualTo("/healthz http");
        assertThat(probed(container.getStartupProbe().getHttpGet())).isEqualTo("/healthz http");
        assertThat(probed(container.getReadinessProbe().getHttpGet())).isEqualTo("/readyz http");
        // A pod that has nothing to serve yet is not restarted at once: restarts back off.
        assertThat(container.getStartupProbe().getFailureThreshold()
                        * container.getStartupProbe().getPeriodSeconds())
                .isEqualTo(300);
        // Health may wait for upstream, for UPSTREAM_TIMEOUT_SECONDS.
        assertThat(Stream.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe()))
                .allMatch(probe -> probe.getTimeoutSeconds() >= 5 && probe.getFailureThreshold() >= 3);
        assertThat(deployment.getSpec().getReplicas()).isEqualTo(2);
        assertThat(deployment.getSpec().getTemplate().getSpec().getTopologySpreadConstraints())
                .singleElement()
                .satisfies(spread -> {
                    assertThat(spread.getTopologyKey()).isEqualTo("kubernetes.io/hostname");
                    assertThat(podLabels)
                            .containsAllEntriesOf(spread.getLabelSelector().getMatchLabels());
                    assertThat(spread.getWhenUnsatisfiable()).isEqualTo("ScheduleAnyway");
                });
    }

    @Test
    void neverTakesTheLastPodAndHoldsUpNoDrain() {
        assertThat(deployment.getSpec().getStrategy().getRollingUpdate().getMaxUnavailable())
                .isEqualTo(new IntOrString(0));
        assertThat(only(PodDisruptionBudget.class).getSpec().getUnhealthyPodEvictionPolicy())
                .isEqualTo("AlwaysAllow");
    }

    /** A Service called "listen" would set LISTEN_PORT. */
    @Test
    void noServiceSetsAVariable() {
        assertThat(deployment.getSpec().getTemplate().getSpec().getEnableServiceLinks())
                .isFalse();
    }

    // CONTRACT 3.10: the documents survive a restart of the container.
    @Test
    void keepsTheDocumentsInAnEmptyDir() {
        var pod = deployment.getSpec().getTemplate().getSpec();
        assertThat(pod.getContainers().get(0).getVolumeMounts()).singleElement().satisfies(mount -> {
            assertThat(mount.getMountPath()).isEqualTo(CACHE_DIR);
            assertThat(pod.getVolumes()).singleElement().satisfies(volume -> {
                assertThat(volume.getName()).isEqualTo(mount.getName());
                assertThat(volume.getEmptyDir().getSizeLimit()).isEqualTo(new Quantity("16Mi"));
            });
        });
    }

    private static String probed(HTTPGetAction action) {
        return action.getPath() + " " + action.getPort().getValue();
    }

    @Test
    void everySelectorMeansThePods() {
        PodDisruptionBudget budget = only(PodDisruptionBudget.class);
        assertThat(budget.getSpec().getMinAvailable()).isEqualTo(new IntOrString(1));
        for (Map<String, String> selector : List.of(
                deployment.getSpec().getSelector().getMatchLabels(),
                service.getSpec().getSelector(),
                loadBalancer().getSpec().getSelector(),
                budget.getSpec().getSelector().getMatchLabels(),
                only(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels())) {
            assertThat(selector).isNotEmpty();
            assertThat(podLabels).containsAllEntriesOf(selector);
        }
    }

    @Test
    void everyPortLeadsToTheContainer() {
        ContainerPort port = deployment
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getPorts()
                .get(0);
        assertThat(port.getContainerPort()).isEqualTo(8080);
        for (Service each : List.of(service, loadBalancer())) {
            assertThat(each.getSpec().getPorts())
                    .extracting(servicePort -> servicePort.getTargetPort().getStrVal())
                    .containsExactly(port.getName());
        }
        NetworkPolicy policy = only(NetworkPolicy.class);
        assertThat(policy.getSpec().getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(policy.getSpec().getIngress())
                .flatExtracting(rule -> rule.getPorts())
                .extracting(allowed -> allowed.getProtocol() + allowed.getPort().getValue())
                .containsExactly("TCP" + port.getContainerPort());
        assertThat(policy.getSpec().getEgress())
                .flatExtracting(rule -> rule.getPorts())
                .extracting(allowed -> allowed.getProtocol() + allowed.getPort().getValue())
                .containsExactlyInAnyOrder(
                        "UDP53", "TCP53", "UDP5353", "TCP5353", "TCP443", "TCP6443", "TCP8443", "TCP16443");
    }

    @Test
    void ingressAndRouteShowTheTwoDocumentsOfTheServiceAndNothingElse() {
        ServicePort port = service.getSpec().getPorts().get(0);
        Ingress ingress = example("ingress.yaml").typed(Ingress.class);
        assertThat(ingress.getMetadata().getNamespace())
                .isEqualTo(service.getMetadata().getNamespace());
        Map<String, String> shown = new HashMap<>();
        ingress.getSpec().getRules().get(0).getHttp().getPaths().forEach(path -> {
            shown.put(path.getPath(), path.getPathType());
            assertThat(path.getBackend().getService().getName())
                    .isEqualTo(service.getMetadata().getName());
            assertThat(path.getBackend().getService().getPort().getName()).isEqualTo(port.getName());
        });
        assertThat(shown).isEqualTo(DOCUMENTS.stream().collect(Collectors.toMap(Function.identity(), path -> "Exact")));

        HTTPRoute route = example("httproute.yaml").typed(HTTPRoute.class);
        assertThat(route.getMetadata().getNamespace())
                .isEqualTo(service.getMetadata().getNamespace());
        assertThat(route.getSpec().getRules()).singleElement().satisfies(rule -> {
            assertThat(rule.getMatches())
                    .extracting(match -> match.getMethod() + " "
                            + match.getPath().getType() + " " + match.getPath().getValue())
                    .containsExactlyInAnyOrderElementsOf(DOCUMENTS.stream()
                            .flatMap(path -> Stream.of("GET Exact " + path, "HEAD Exact " + path))
                            .toList());
            assertThat(rule.getBackendRefs()).singleElement().satisfies(backend -> {
                assertThat(backend.getName()).isEqualTo(service.getMetadata().getName());
                assertThat(backend.getPort()).isEqualTo(port.getPort());
            });
        });
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
                .allSatisfy(file -> assertThat(KubernetesFiles.text(file))
                        .containsPattern("(healthcheck-path|requestPath): /readyz"));
    }

    @Test
    void manifestAndChartAreOfTheVersionThatTheBuildMakes() {
        String version = KubernetesFiles.builtVersion();
        assertThat(deployment
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getImage())
                .isEqualTo("kube-oidc-gateway:" + version);
        assertThat(podLabels).containsEntry("app.kubernetes.io/version", version);
        assertThat(KubernetesObject.mapping(KubernetesFiles.CHART.resolve("Chart.yaml")))
                .containsEntry("version", version)
                .containsEntry("appVersion", version);
    }

    private static KubernetesObject example(String file) {
        return KubernetesFiles.examples().stream()
                .filter(path -> path.endsWith(file))
                .map(path -> KubernetesObject.in(path).get(0))
                .findFirst()
                .orElseThrow();
    }

    private static Service loadBalancer() {
        return example("load-balancer.yaml").typed(Service.class);
    }

    private <T extends HasMetadata> T only(Class<T> type) {
        return KubernetesObject.ofKind(type.getSimpleName(), manifest).typed(type);
    }
}
