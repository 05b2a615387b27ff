// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import io.github.kubeoidc.gateway.conformance.containers.ApiServer;
import io.github.kubeoidc.gateway.conformance.containers.ServerKeys;
import io.github.kubeoidc.gateway.conformance.http.RawHttp;
import io.github.kubeoidc.gateway.conformance.http.RawResponse;
import io.github.kubeoidc.gateway.conformance.parties.Token;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.ServiceAccountFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
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
    private static final String NAMESPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: %s}}";
    private static final String ACCOUNT_OF_THE_PAGE = """
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: kube-oidc-gateway, namespace: %1$s}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: kube-oidc-gateway}
            roleRef:
              apiGroup: rbac.authorization.k8s.io
              kind: ClusterRole
              name: system:service-account-issuer-discovery
            subjects: [{kind: ServiceAccount, name: kube-oidc-gateway, namespace: %1$s}]
            """;
    private static final JsonMapper JSON = new JsonMapper();

    private final String namespace = "several-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<KubernetesObject> releaseA = release("a");
    private final List<KubernetesObject> releaseB = release("b");

    private List<KubernetesObject> release(String cluster) {
        Path values = KubernetesFiles.FOLDER.resolve("examples/values/cluster-" + cluster + ".yaml");
        return Chart.render(KubernetesFiles.CHART, cluster, namespace, values);
    }

    @Test
    @DisplayName(
            "CONTRACT 10.1 and 2.6: behind one host each release serves its own cluster's documents, and no other's")
    void eachReleaseServesItsCluster(ApiServer a) {
        List<KubernetesObject> accountOfA = releaseA.stream()
                .filter(object -> ACCOUNT.contains(object.kind()))
                .toList();
        create(a, NAMESPACE);
        try (ApiServer b = ApiServer.startWithKeys(
                ApiServer.freeFixedPort(), List.of(ServerKeys.make()), "service-account-issuer=" + ISSUER_OF_B)) {
            assertThat(accountOfA).hasSize(3);
            accountOfA.forEach(object -> a.admin().resource(object.generic()).create());
            String tokenOfA = token(a, "a-kube-oidc-gateway");
            create(b, NAMESPACE);
            create(b, ACCOUNT_OF_THE_PAGE);
            String tokenOfB = token(b, "kube-oidc-gateway");

            try (ServiceAccountFiles filesOfA = ServiceAccountFiles.temporary(tokenOfA, a.caPem());
                    ServiceAccountFiles filesOfB = ServiceAccountFiles.temporary(tokenOfB, b.caPem())) {
                // All tests share this server, which keeps its own issuer.
                Map<String, String> variablesOfA = Launcher.with(
                        variables(releaseA, a, filesOfA), "EXPECTED_ISSUER", new Token(tokenOfA).issuer());
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
        assertThat(discovery.get("issuer").asString()).isEqualTo(new Token(token).issuer());
        assertThat(discovery.get("jwks_uri").asString()).isEqualTo("https://oidc.example.com" + paths.get(1));
        assertThat(get(gateway, paths.get(1)).text()).contains(new Token(token).keyId());
        assertThat(paths)
                .allSatisfy(path -> assertThat(get(other, path).status()).isEqualTo(404));
    }

    private static void anotherClusterIsRefused(
            Map<String, String> variables, ApiServer wrong, ServiceAccountFiles filesOfWrong) {
        try (StartedGateway gateway = Launcher.start(Launcher.with(variables, upstream(wrong, filesOfWrong)))) {
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
        Map<String, String> variables = KubernetesObject.variables(KubernetesObject.pod(release));
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

    private void create(ApiServer server, String yaml) {
        KubernetesObject.in(yaml.formatted(namespace))
                .forEach(object -> server.admin().resource(object.generic()).create());
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
}
