// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import io.github.kubeoidc.gateway.conformance.containers.ApiServer;
import io.github.kubeoidc.gateway.conformance.containers.ServerKeys;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.ServiceAccountFiles;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The releases of {@code several.md}, each with its cluster's real API server: a gateway is started with the variables that
 * the chart gives it, but for the server's address and the place of the files, which are this machine's.
 */
@ExtendWith(ClusterExtension.class)
class SeveralClustersIT {

    private static final Set<String> ACCOUNT = Set.of("ServiceAccount", "ClusterRole", "ClusterRoleBinding");
    private static final String ISSUER_OF_B = "https://oidc.example.com/clusters/b";
    private static final JsonMapper JSON = new JsonMapper();

    private final String namespace = "several-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<KubernetesObject> releaseA = release("a");
    private final List<KubernetesObject> releaseB = release("b");

    private List<KubernetesObject> release(String cluster) {
        return KubernetesObject.in(Chart.template(KubernetesFiles.CHART)
                .withName(cluster)
                .withNamespace(namespace)
                .withValuesFile(KubernetesFiles.FOLDER.resolve("examples/values/cluster-" + cluster + ".yaml"))
                .call());
    }

    @Test
    @DisplayName(
            "CONTRACT 10.1 and 2.6: behind one host each release serves its own cluster's documents, and no other's")
    void eachReleaseServesItsCluster(ApiServer a) {
        List<KubernetesObject> accountOfA = releaseA.stream()
                .filter(object -> ACCOUNT.contains(object.kind()))
                .toList();
        createNamespace(a);
        try (ApiServer b = ApiServer.startWithKeys(
                ApiServer.freeFixedPort(), List.of(ServerKeys.make()), "service-account-issuer=" + ISSUER_OF_B)) {
            assertThat(accountOfA).hasSize(3);
            accountOfA.forEach(object -> a.admin().resource(object.generic()).create());
            String tokenOfA = token(a, "a-kube-oidc-gateway");
            createNamespace(b);
            createAccountAsThePageSays(b);
            String tokenOfB = token(b, "kube-oidc-gateway");

            try (ServiceAccountFiles filesOfA = ServiceAccountFiles.temporary(tokenOfA, a.caPem());
                    ServiceAccountFiles filesOfB = ServiceAccountFiles.temporary(tokenOfB, b.caPem())) {
                Map<String, String> variablesOfA = new HashMap<>(variables(releaseA, a, filesOfA));
                // All tests share this server, which keeps its own issuer.
                variablesOfA.put("EXPECTED_ISSUER", payload(tokenOfA).get("iss").asString());
                Map<String, String> variablesOfB = variables(releaseB, b, filesOfB);
                try (StartedGateway gatewayOfA = Launcher.start(variablesOfA);
                        StartedGateway gatewayOfB = Launcher.start(variablesOfB)) {
                    isServed(gatewayOfA, releaseA, gatewayOfB, tokenOfA);
                    isServed(gatewayOfB, releaseB, gatewayOfA, tokenOfB);
                }
                anotherClusterIsRefused(variablesOfB, a, filesOfA);
            }
        } finally {
            accountOfA.forEach(object -> a.admin().resource(object.generic()).delete());
            Traces.removeNamespace(a.admin(), namespace);
        }
    }

    /** By the paths of its route the gateway shows the keys of its cluster's tokens; there is nothing there at the other gateway. */
    private static void isServed(
            StartedGateway gateway, List<KubernetesObject> release, StartedGateway other, String token) {
        List<String> paths =
                KubernetesObject.ofKind("HTTPRoute", release).typed(HTTPRoute.class).getSpec().getRules().stream()
                        .flatMap(rule -> rule.getMatches().stream())
                        .map(match -> match.getPath().getValue())
                        .distinct()
                        .toList();
        assertThat(paths).hasSize(2);
        Await.until(
                Duration.ofSeconds(30),
                "both documents",
                () -> get(gateway, "/readyz").status() == 200);

        JsonNode discovery = JSON.readTree(get(gateway, paths.get(0)).text());
        assertThat(discovery.get("issuer")).isEqualTo(payload(token).get("iss"));
        assertThat(discovery.get("jwks_uri").asString()).isEqualTo("https://oidc.example.com" + paths.get(1));
        String keyId = part(token, 0).get("kid").asString();
        assertThat(get(gateway, paths.get(1)).text()).contains(keyId);
        assertThat(paths)
                .allSatisfy(path -> assertThat(get(other, path).status()).isEqualTo(404));
    }

    private static void anotherClusterIsRefused(
            Map<String, String> variables, ApiServer wrong, ServiceAccountFiles filesOfWrong) {
        Map<String, String> mixedUp = new HashMap<>(variables);
        mixedUp.putAll(upstream(wrong, filesOfWrong));
        try (StartedGateway gateway = Launcher.start(mixedUp)) {
            assertThat(List.of(ApiServerStandIn.DISCOVERY_PATH, ApiServerStandIn.JWKS_PATH))
                    .allSatisfy(path -> assertThat(
                                    get(gateway, "/clusters/b" + path).status())
                            .isEqualTo(502));
            Await.until(
                    Duration.ofSeconds(30),
                    "a warning that names the issuer",
                    () -> gateway.log().stream().anyMatch(line -> line.contains("WARN") && line.contains(ISSUER_OF_B)));
        }
    }

    private static RawResponse get(StartedGateway gateway, String path) {
        return RawHttp.exchange(
                gateway.baseUri(), "GET " + path + " HTTP/1.1\r\nHost: oidc.example.com\r\nConnection: close\r\n\r\n");
    }

    /** What the chart sets, with this machine's address and files in place of a pod's. */
    private static Map<String, String> variables(
            List<KubernetesObject> release, ApiServer server, ServiceAccountFiles files) {
        Map<String, String> variables = KubernetesObject.ofKind("Deployment", release)
                .typed(Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getEnv()
                .stream()
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
        variables.remove("CACHE_DIR");
        variables.putAll(upstream(server, files));
        return variables;
    }

    private static Map<String, String> upstream(ApiServer server, ServiceAccountFiles files) {
        return Map.of(
                "UPSTREAM_HOST", server.url(),
                "SA_TOKEN_PATH", files.tokenPath().toString(),
                "SA_CA_CERT_PATH", files.caCertPath().toString());
    }

    private void createNamespace(ApiServer server) {
        server.admin()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
    }

    private void createAccountAsThePageSays(ApiServer server) {
        server.admin()
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("kube-oidc-gateway")
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create();
        server.admin()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName("kube-oidc-gateway")
                        .endMetadata()
                        .withNewRoleRef(
                                "rbac.authorization.k8s.io", "ClusterRole", "system:service-account-issuer-discovery")
                        .addNewSubject("", "ServiceAccount", "kube-oidc-gateway", namespace)
                        .build())
                .create();
    }

    private String token(ApiServer server, String account) {
        String token = server.admin()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .tokenRequest(new TokenRequest())
                .getStatus()
                .getToken();
        Await.until(
                Duration.ofSeconds(30),
                "the binding to count",
                () -> server.status(ApiServerStandIn.JWKS_PATH, token) == 200);
        return token;
    }

    private static JsonNode payload(String token) {
        return part(token, 1);
    }

    private static JsonNode part(String token, int number) {
        return JSON.readTree(
                new String(Base64.getUrlDecoder().decode(token.split("\\.")[number]), StandardCharsets.UTF_8));
    }
}
