// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.github.kubeoidc.gateway.conformance.Repository;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import io.github.kubeoidc.gateway.conformance.containers.ApiServer;
import io.github.kubeoidc.gateway.conformance.containers.GrantedRules;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The plain manifest on a real API server. No pod is claimed to run. */
@ExtendWith(ClusterExtension.class)
// The manifest names its namespace, so there is one of it at a time.
@Execution(ExecutionMode.SAME_THREAD)
class ManifestIT {

    // Controllers write the status of these, and with it a new resourceVersion.
    private static final Set<String> CONTROLLED = Set.of("Deployment", "PodDisruptionBudget");

    @Test
    void appliedTwiceItChangesNothing(ApiServer server) {
        try (AppliedManifest applied = AppliedManifest.to(server.admin())) {
            Map<String, GenericKubernetesResource> before = applied.onServer();

            applied.apply();

            Map<String, GenericKubernetesResource> after = applied.onServer();
            assertThat(before).hasSizeGreaterThan(6);
            assertThat(after).containsOnlyKeys(before.keySet());
            before.forEach((identity, object) ->
                    assertThat(state(after.get(identity))).as(identity).isEqualTo(state(object)));
        }
    }

    /** What would differ if the second apply had written anything. */
    private static List<?> state(GenericKubernetesResource object) {
        var metadata = object.getMetadata();
        return List.of(
                metadata.getUid(),
                String.valueOf(metadata.getGeneration()),
                metadata.getManagedFields().stream()
                        .filter(fields -> "Apply".equals(fields.getOperation()))
                        .toList(),
                CONTROLLED.contains(object.getKind()) ? "" : metadata.getResourceVersion());
    }

    @Test
    void aChangeIsSeenByTheSameComparison(ApiServer server) {
        try (AppliedManifest applied = AppliedManifest.to(server.admin())) {
            KubernetesObject service =
                    KubernetesObject.ofKind("Service", KubernetesObject.in(KubernetesFiles.MANIFEST));
            GenericKubernetesResource before = applied.onServer().get(service.identity());

            String changed = Repository.text(KubernetesFiles.MANIFEST).replace("port: 80\n", "port: 81\n");
            GenericKubernetesResource after =
                    applied.apply(KubernetesObject.ofKind("Service", KubernetesObject.in(changed)));

            assertThat(state(after)).isNotEqualTo(state(before));
        }
    }

    @Test
    void removedItLeavesNoTrace(ApiServer server) {
        assertThat(Traces.of(server.admin(), AppliedManifest.NAMESPACE)).isEmpty();
        try (AppliedManifest applied = AppliedManifest.to(server.admin())) {
            assertThat(Traces.of(server.admin(), AppliedManifest.NAMESPACE))
                    .hasSizeGreaterThanOrEqualTo(applied.onServer().size());
        }
        // What a controller makes for a Deployment or a Service goes a moment after it.
        Await.until(
                Duration.ofSeconds(60),
                "no trace",
                () -> Traces.of(server.admin(), AppliedManifest.NAMESPACE).isEmpty());
    }

    @Test
    void itsAccountMayReadTheTwoDocumentsAndOtherwiseWhatEveryAccountMay(ApiServer server) {
        try (AppliedManifest applied = AppliedManifest.to(server.admin())) {
            assertThat(applied.onServer()).isNotEmpty();
            server.admin()
                    .resource(new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withName("bystander")
                            .withNamespace(AppliedManifest.NAMESPACE)
                            .endMetadata()
                            .build())
                    .create();
            String token = token(server, "kube-oidc-gateway");
            try (KubernetesClient gateway = server.clientWith(token);
                    KubernetesClient bystander = server.clientWith(token(server, "bystander"))) {
                GrantedRules everyone = GrantedRules.of(bystander, AppliedManifest.NAMESPACE);
                GrantedRules granted = Await.value(Duration.ofSeconds(10), "the binding to count", () -> {
                    GrantedRules rules = GrantedRules.of(gateway, AppliedManifest.NAMESPACE);
                    return rules.pathsBeyond(everyone).isEmpty() ? null : rules;
                });

                assertThat(granted.pathsBeyond(everyone))
                        .containsExactlyInAnyOrder(
                                entry("get", ApiServerStandIn.DISCOVERY_PATH),
                                entry("get", ApiServerStandIn.JWKS_PATH));
                assertThat(granted.resources()).isEqualTo(everyone.resources());
            }
            assertThat(server.status(ApiServerStandIn.DISCOVERY_PATH, token)).isEqualTo(200);
            assertThat(server.status(ApiServerStandIn.JWKS_PATH, token)).isEqualTo(200);
            assertThat(server.status("/api/v1/namespaces/kube-oidc-gateway/secrets", token))
                    .isEqualTo(403);
        }
    }

    private static String token(ApiServer server, String account) {
        return server.admin()
                .serviceAccounts()
                .inNamespace(AppliedManifest.NAMESPACE)
                .withName(account)
                .tokenRequest(new TokenRequest())
                .getStatus()
                .getToken();
    }

    @Test
    void theExamplesAreAppliedBesideIt(ApiServer server) {
        List<KubernetesObject> examples = AppliedManifest.known(
                server.admin(),
                KubernetesFiles.examples().stream()
                        .flatMap(file -> KubernetesObject.in(file).stream())
                        .toList());
        try (AppliedManifest applied = AppliedManifest.to(server.admin())) {
            assertThat(examples).hasSizeGreaterThanOrEqualTo(2).allSatisfy(example -> {
                GenericKubernetesResource first = applied.apply(example);
                assertThat(state(applied.apply(example))).isEqualTo(state(first));
                server.admin().resource(example.generic()).delete();
            });
        }
    }
}
