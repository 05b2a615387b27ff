// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.parties;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.containers.ApiServer;
import io.github.kubeoidc.gateway.conformance.containers.GatewayAccount;
import io.github.kubeoidc.gateway.standin.ServiceAccountFiles;
import io.github.kubeoidc.gateway.testsupport.Certificates;
import java.util.HashMap;
import java.util.Map;

/** A gateway at an https address of its own, in front of an API server. */
final class TrustedGateway implements AutoCloseable {

    private final ServiceAccountFiles files;
    private final StartedGateway gateway;
    private final GatewayAccount account;

    private TrustedGateway(ServiceAccountFiles files, StartedGateway gateway, GatewayAccount account) {
        this.files = files;
        this.gateway = gateway;
        this.account = account;
    }

    /** Starts it on that port of {@code localhost}. */
    static TrustedGateway start(ApiServer server, Certificates certificates, int port, Map<String, String> settings) {
        GatewayAccount account = GatewayAccount.createBound(server);
        ServiceAccountFiles files = ServiceAccountFiles.temporary(account.requestToken(), server.caPem());
        Map<String, String> environment = new HashMap<>(Map.of(
                "UPSTREAM_HOST", server.url(),
                "SA_TOKEN_PATH", files.tokenPath().toString(),
                "SA_CA_CERT_PATH", files.caCertPath().toString(),
                "LISTEN_PORT", Integer.toString(port),
                "CACHE_TTL_SECONDS", "1",
                "JWKS_CLIENT_CACHE_TTL_SECONDS", "300"));
        environment.putAll(certificates.variables("gateway"));
        environment.putAll(settings);
        try {
            return new TrustedGateway(files, Launcher.start(environment), account);
        } catch (RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    /** A token of a workload, for that audience. */
    Token token(String audience) {
        return new Token(account.requestToken(audience));
    }

    @Override
    public void close() {
        try (files) {
            gateway.close();
        }
    }
}
