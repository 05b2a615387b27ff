// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The Helm chart: against the plain manifest, and what its values do. */
class ChartTest {

    @Test
    void isTheManifestExceptForTheNamespace() {
        Map<String, Map<String, Object>> manifest = byIdentity(KubernetesObject.in(KubernetesFiles.MANIFEST));
        // Helm makes the namespace itself: --create-namespace.
        manifest.remove("Namespace/kube-oidc-gateway");
        Map<String, Map<String, Object>> rendered = byIdentity(Chart.render(Map.of()));
        rendered.values().forEach(ChartTest::forgetHelm);

        assertThat(rendered).containsOnlyKeys(manifest.keySet());
        manifest.forEach((identity, object) ->
                assertThat(rendered.get(identity)).as(identity).isEqualTo(object));
    }

    /** Takes away the labels that say who applies the object. */
    private static void forgetHelm(Map<String, Object> object) {
        Map<String, Object> metadata = ChartValue.cast(object.get("metadata"));
        Map<String, Object> labels = ChartValue.cast(metadata.get("labels"));
        assertThat(labels.remove("app.kubernetes.io/managed-by")).isEqualTo("Helm");
        assertThat(labels.remove("helm.sh/chart")).isEqualTo("kube-oidc-gateway-" + KubernetesFiles.builtVersion());
        metadata.put("labels", labels);
        object.put("metadata", metadata);
    }

    private static Map<String, Map<String, Object>> byIdentity(List<KubernetesObject> objects) {
        return objects.stream().collect(Collectors.toMap(KubernetesObject::identity, KubernetesObject::content));
    }

    @Test
    void hasNothingThatLintWarnsOf() {
        LintResult result = new Helm(KubernetesFiles.CHART).lint().strict().call();

        assertThat(result.getMessages()).noneMatch(message -> message.contains("WARNING") || message.contains("ERROR"));
        assertThat(result.isFailed()).isFalse();
    }

    /** A tag that is digits alone is set as a number, whose digits may not be those that were written: 1.20, 0755, 12e3. */
    private static final String REFUSED = """
            replicas | 0 | two
            replicaCount | 2
            config.CACHE_TTL_SECONDS | 86401 | -1 | 1.5
            config.CACHE_TTL | 60
            config.LISTEN_ADDR | a b
            config.LISTEN_PORT | 8081
            config.LOG_LEVEL | TRACE | INFORM
            config.LOG_FORMAT | xml
            config.PRETTY_PRINT_JSON | perhaps
            config.UPSTREAM_HOST | http://kubernetes.default.svc | https://user@kubernetes.default.svc | https://kubernetes.default.svc?a=b
            config.JWKS_URI | http://oidc.example.com/jwks | https://user@oidc.example.com/jwks | https://oidc.example.com/jwks#a
            config.EXPECTED_ISSUER | oidc.example.com | https://oidc.example.com?a=b
            config.PATH_PREFIX | clusters/a | /clusters/a/ | /clusters//a | /clusters/../a | /clusters/. | /cl%75sters
            config.DISCOVERY_EXTRA_MEMBERS | [] | a: b
            image.repository |
            image.tag | a tag | 20261128
            image.pullPolicy | Sometimes
            resources.limits.memory | much
            resources.limits.disk | 1Gi
            resources.limits.ephemeral-storage | much
            service.port | 65536
            service.type | ExternalName
            networkPolicy.enabled | 2
            cache.enabled | 2
            tls.secretName | A_B
            tls.enabled | true
            cache.path | /tmp
            config.CACHE_DIR | /tmp
            image.digest | sha256:1234
            nameOverride | A
            fullnameOverride | a_b | 1a
            commonLabels.app\\.kubernetes\\.io/name | other
            podLabels.app\\.kubernetes\\.io/instance | other
            networkPolicy.apiServer.ports[0] | 65536
            networkPolicy.apiServer.cidrs[0] | 10.0.0.1
            extraEnv[0].value | a
            extraEnv[0].name | LISTEN_PORT | SHUTDOWN_DELAY_SECONDS
            resources.requests.cpu | -1
            ingress.enabled | true
            ingress.hosts[0] | a/b
            httpRoute.enabled | true
            certificate.enabled | true
            metrics.podMonitor.enabled | true
            metrics.port | 8080
            service.ipFamilyPolicy | DualStack
            cache.persistentVolumeClaim.accessModes[0] | ReadOnlyMany
            cache.persistentVolumeClaim.size | much
            service.loadBalancerSourceRanges[0] | 192.0.2.0
            """;

    /** A name and, one by one, the values that stand behind it. */
    static Stream<Arguments> refused() {
        return REFUSED.lines()
                .map(line -> line.split(" \\| ?", -1))
                .flatMap(cells -> Stream.of(cells).skip(1).map(value -> Arguments.of(cells[0], value)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesAValueThatIsNotAllowed(String name, String value) {
        assertThatThrownBy(() -> Chart.render(Map.of(name, value)))
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(name.split("[.\\[]")[0]);
    }

    @Test
    void writesEveryVariableAsTheGatewayReadsIt() {
        Map<String, String> values = new HashMap<>(Map.ofEntries(
                Map.entry("LISTEN_ADDR", "::"),
                Map.entry("IDLE_TIMEOUT_SECONDS", "3600"),
                Map.entry("UPSTREAM_HOST", "https://10.0.0.1:6443/clusters/a"),
                Map.entry("UPSTREAM_TIMEOUT_SECONDS", "300"),
                Map.entry("CACHE_TTL_SECONDS", "0"),
                Map.entry("CLIENT_CACHE_TTL_SECONDS", "31536000"),
                Map.entry("JWKS_CLIENT_CACHE_TTL_SECONDS", "1000001"),
                Map.entry("PRETTY_PRINT_JSON", "false"),
                Map.entry("SHUTDOWN_DELAY_SECONDS", "300"),
                Map.entry("JWKS_URI", "https://oidc.example.com/a/jwks?v=1"),
                Map.entry("EXPECTED_ISSUER", "https://oidc.example.com/a"),
                Map.entry("HEALTH_MAX_STALE_SECONDS", "1000000"),
                Map.entry("PATH_PREFIX", "/.a/..b/...c"),
                Map.entry("LOG_LEVEL", "DEBUG"),
                Map.entry("LOG_FORMAT", "json")));
        PodSpec pod = KubernetesObject.pod(Chart.render(values.entrySet().stream()
                .collect(Collectors.toMap(entry -> "config." + entry.getKey(), Map.Entry::getValue))));
        values.put("CACHE_DIR", "/var/cache/kube-oidc-gateway");

        assertThat(KubernetesObject.variables(pod)).isEqualTo(values);
        assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(315);
    }

    @Test
    void anotherReleaseHasOtherNames() {
        List<KubernetesObject> other = Chart.render("second", "elsewhere", Map.of());

        assertThat(other)
                .hasSize(7)
                .allSatisfy(object -> assertThat(object.identity()).endsWith("/second-kube-oidc-gateway"));
    }

    @Test
    void whatHelmTestRunsIsRestrictedAndNotBehindTheService(@TempDir Path folder) {
        Pod pod = testPod(folder, Map.of());
        Service service =
                KubernetesObject.ofKind("Service", Chart.render(Map.of())).typed(Service.class);

        Restricted.check(pod.getSpec());
        assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getMetadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(service.getSpec().getSelector().entrySet()))
                .isFalse();
        assertThat(pod.getSpec().getContainers().get(0).getCommand().get(2))
                .contains("http://" + service.getMetadata().getName() + ":"
                        + service.getSpec().getPorts().get(0).getPort() + "$path");
    }

    @Test
    void whatHelmTestFetchesIsBelowThePathPrefix(@TempDir Path folder) {
        Pod pod = testPod(folder, Map.of("config.PATH_PREFIX", "/clusters/a"));

        assertThat(pod.getSpec().getContainers().get(0).getCommand().get(2)).contains(":80/clusters/a$path");
    }

    private static Pod testPod(Path folder, Map<String, String> values) {
        TemplateCommand template =
                Chart.template(Chart.withoutHooks(folder)).withName(Chart.NAME).withNamespace(Chart.NAME);
        values.forEach(template::set);
        return KubernetesObject.ofKind("Pod", KubernetesObject.in(template.call()))
                .typed(Pod.class);
    }

    @Test
    void theNotesNameTheNextStep() {
        assertThat(notes("second", Map.of("replicas", 1, "config.PATH_PREFIX", "/clusters/a")))
                .contains("kubectl --namespace elsewhere rollout status deployment/second-kube-oidc-gateway")
                .contains("http://127.0.0.1:8080/clusters/a/openid/v1/jwks")
                .contains("There is one replica only")
                .contains("ingress.enabled");
    }

    @Test
    void theNotesNameTheHostsWhereThereAreSome() {
        assertThat(notes(Chart.NAME, Map.of("ingress.enabled", true, "ingress.hosts[0]", "oidc.example.com")))
                .contains("curl --fail https://oidc.example.com/.well-known/openid-configuration")
                .doesNotContain("ingress.enabled", "one replica");
    }

    private static String notes(String release, Map<String, ?> values) {
        var install = new Helm(KubernetesFiles.CHART).install().clientOnly().dryRun();
        values.forEach(install::set);
        return install.withKubeVersion(Chart.KUBERNETES)
                .withName(release)
                .withNamespace("elsewhere")
                .call()
                .getOutput();
    }
}
