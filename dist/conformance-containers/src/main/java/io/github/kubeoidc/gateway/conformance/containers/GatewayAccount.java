// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.containers;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import java.time.Duration;

/**
 * The ServiceAccount that a gateway runs as, in a namespace of its own, so that checks share a server without meeting.
 *
 * @param server where it is
 * @param namespace its namespace
 */
public record GatewayAccount(ApiServer server, String namespace) {

    static final String NAME = "kube-oidc-gateway";

    /** Creates the account, which may read nothing yet. */
    static GatewayAccount create(ApiServer server) {
        String namespace = server.admin()
                .namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withGenerateName("gateway-")
                        .endMetadata()
                        .build())
                .create()
                .getMetadata()
                .getName();
        GatewayAccount account = new GatewayAccount(server, namespace);
        account.createServiceAccount();
        return account;
    }

    /**
     * Creates the account, which may read both documents by the time it is returned.
     *
     * @param server where to
     * @return the account
     */
    public static GatewayAccount createBound(ApiServer server) {
        GatewayAccount account = create(server);
        account.bind();
        String token = account.requestToken();
        Await.until(
                Duration.ofSeconds(10),
                "the binding to count",
                () -> server.status(ApiServerStandIn.JWKS_PATH, token) == 200);
        return account;
    }

    /** Grants the ClusterRole to the account; the server's authorizer learns of it a moment later. */
    void bind() {
        server.admin()
                .rbac()
                .clusterRoleBindings()
                .resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", ApiServer.CLUSTER_ROLE)
                        .addNewSubject("", "ServiceAccount", NAME, namespace)
                        .build())
                .create();
    }

    /** Deletes the account and creates it anew: bound as before, but the tokens of the old one die. */
    void recreate() {
        server.admin().serviceAccounts().inNamespace(namespace).withName(NAME).delete();
        createServiceAccount();
    }

    /**
     * Asks for a token, valid for an hour.
     *
     * @param audiences the token's audiences; none for the API server's own
     * @return the token
     */
    public String requestToken(String... audiences) {
        return server.admin()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName(NAME)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(3600L)
                        .withAudiences(audiences)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }

    /** The account's name in a token and in the server's decisions. */
    String subject() {
        return "system:serviceaccount:" + namespace + ":" + NAME;
    }

    private void createServiceAccount() {
        server.admin()
                .serviceAccounts()
                .inNamespace(namespace)
                .resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName(NAME)
                        .endMetadata()
                        .build())
                .create();
    }
}
