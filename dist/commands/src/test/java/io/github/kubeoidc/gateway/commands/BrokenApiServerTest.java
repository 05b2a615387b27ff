// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.stream.Stream;

/** CONTRACT 11, what {@code check} tells of token, CA and API server. */
class BrokenApiServerTest extends BrokenSetUp {
    @Override
    Stream<Row> rows() {
        return Stream.of(
                new Row(() -> Files.delete(upstream.token), """
                        token missing
                        FAIL  token: SA_TOKEN_PATH ..does not exist; mount the ServiceAccount's token there, or name its file with SA_TOKEN_PATH
                        ok    API server TLS
                        warn  documents: not looked at, as there is no token"""),
                new Row(() -> token(ISSUER, -5), """
                        token expired
                        FAIL  token: ../token expired at ..; make a new one"""),
                new Row(() -> token("https://other.example", 600), """
                        token of another issuer
                        FAIL  issuer: https://issuer.example is not the iss of the gateway's token, https://other.example; is UPSTREAM_HOST the cluster of the token?"""),
                new Row(() -> Files.writeString(upstream.token, "secret-secret"), """
                        no JWT
                        warn  token: ..holds no JSON Web Token; is it the right file?"""),
                new Row(() -> Files.delete(ca()), """
                        CA missing
                        FAIL  CA: SA_CA_CERT_PATH ..does not exist; mount the cluster's CA there, or name its file with SA_CA_CERT_PATH"""),
                new Row(() -> Files.writeString(ca(), CERTIFICATES.pem("other")), """
                        CA of another cluster
                        FAIL  API server TLS: certificate not trusted by SA_CA_CERT_PATH, its issuer is CN=intermediate; it has to show"""),
                new Row(() -> Files.writeString(ca(), CERTIFICATES.pem("root") + CERTIFICATES.key("root")), """
                        private key beside the CA
                        warn  CA: ..and what is no certificate: PRIVATE KEY; take it out"""),
                new Row(
                        () -> Files.writeString(
                                ca(),
                                CERTIFICATES.pem("root") + CERTIFICATES.pem("expired") + CERTIFICATES.key("root")),
                        """
                        private key and an expired certificate beside the CA
                        warn  CA: ..and 1 expired; is it the CA of today?
                        warn  CA: ..and what is no certificate: PRIVATE KEY; take it out"""),
                new Row(() -> Files.writeString(ca(), CERTIFICATES.key("root")), """
                        private key instead of the CA
                        FAIL  CA: SA_CA_CERT_PATH ..has no PEM certificate; mount the cluster's CA there"""),
                new Row(() -> Files.writeString(ca(), "none"), """
                        text instead of the CA
                        FAIL  CA: SA_CA_CERT_PATH ..has no PEM certificate; mount the cluster's CA there
                        warn  API server TLS: not looked at, as there is no CA"""),
                new Row(() -> apiServer("https://nothing.invalid"), """
                        name that is not there
                        FAIL  API server name: host nothing.invalid cannot be resolved, is UPSTREAM_HOST right?;\s
                        warn  API server TCP, TLS: not looked at"""),
                new Row(() -> upstream.close(), """
                        port closed
                        FAIL  API server TCP: no connection to 127.0.0.1:..is the API server up?; look at port, firewall and NetworkPolicy
                        warn  documents: not looked at, as the API server could not be reached"""),
                new Row(
                        () -> {
                            upstream.environment.put("UPSTREAM_TIMEOUT_SECONDS", "3");
                            ServerSocket silent = opened(
                                    new ServerSocket(0, 10, StandIn.loopback().getAddress()));
                            apiServer("https://127.0.0.1:" + silent.getLocalPort());
                        },
                        """
                        port that takes connections and says nothing
                        FAIL  API server TLS: takes connections, and does not answer within 3s; does this port speak TLS?"""),
                new Row(() -> apiServer(plainServer()), """
                        TLS without TLS
                        FAIL  API server TLS: what answers there is no TLS; does this port speak TLS?"""),
                new Row(() -> apiServer(byName(upstream, "127.0.0.2", "127.0.0.1")), """
                        TLS at the second address alone
                        warn  API server TLS: 127.0.0.1: TLSv1.3, certificate by CN=intermediate..; 127.0.0.2: what answers there is no TLS; some clients try no other one"""),
                new Row(
                        () -> {
                            apiServer(byName(upstream, "127.0.0.2", "127.0.0.1"));
                            Files.writeString(ca(), CERTIFICATES.pem("other"));
                        },
                        """
                        TLS at no address
                        FAIL  API server TLS: 127.0.0.2: what answers there is no TLS; 127.0.0.1: certificate not trusted by SA_CA_CERT_PATH, its issuer is CN=intermediate; it has to show"""),
                new Row(() -> apiServer(byName(upstream, "127.0.0.2", "127.0.0.9")), """
                        TLS at the first address alone, which has none
                        FAIL  API server TLS: what answers there is no TLS; does this port speak TLS?"""),
                new Row(() -> apiServer(byName(upstream, "127.0.0.2", "127.0.0.9", "127.0.0.1")), """
                        TCP at the third address alone
                        warn  API server TCP: 127.0.0.2, 127.0.0.1 port ..take connections, and 127.0.0.9 does not; some clients"""),
                new Row(() -> apiServerShows("elsewhere"), """
                        certificate of another host
                        FAIL  API server TLS: certificate is not one for host 127.0.0.1; it has to show a whole chain up to a trusted CA, for this host"""),
                new Row(() -> apiServerShows("expired"), """
                        certificate expired
                        FAIL  API server TLS: ..expired or not yet valid, the server's own is valid from ..; it has to show"""),
                status(401, "is the token valid?; make a new token"),
                status(403, "is the ClusterRole bound?; grant get on both paths"),
                status(404, "is service-account-issuer an https URL?; "),
                status(406, "only 200 counts; see what the API server, and what stands before it, says"),
                status(500, "only 200 counts; see what"),
                new Row(() -> upstream.statuses.put(StandIn.DISCOVERY, 404), """
                        404 for the discovery document
                        FAIL  document /.well-known/openid-configuration: 404
                        warn  issuer, jwks_uri, relying parties: not looked at, as the discovery document could not be
                        ok    keys: 1: RSA key one"""),
                new Row(
                        () -> upstream.bodies.put(
                                StandIn.DISCOVERY, "<!DOCTYPE html><html><body>secret-secret</body></html>"),
                        """
                        HTML
                        FAIL  document /.well-known/openid-configuration: not a valid document: it is not one JSON object..; ask it with curl what it sends: HTML is"""),
                new Row(
                        () -> upstream.bodies.put(
                                StandIn.JWKS, "{\"keys\":[{\"kty\":\"RSA\",\"d\":\"secret-secret\"}]}"),
                        """
                        private key in the set
                        FAIL  document /openid/v1/jwks: not a valid document: a key has the private member d; somebody publishes a private key, and the gateway does not: withdraw that key"""),
                new Row(() -> upstream.bodies.put(StandIn.JWKS, "{\"keys\":[]}"), """
                        no key in the set
                        FAIL  document /openid/v1/jwks: not a valid document: keys is empty; ask it with curl what it sends: the gateway refuses it"""),
                new Row(() -> upstream.bodies.put(StandIn.JWKS, "{\"keys\":[{\"kty\":\"RSA\",\"kty\":\"RSA\"}]}"), """
                        name twice
                        FAIL  document /openid/v1/jwks: not a valid document: a name occurs twice in one object; ask it with curl what it sends: the gateway refuses it"""),
                new Row(
                        () -> {
                            upstream.environment.put("UPSTREAM_TIMEOUT_SECONDS", "3");
                            upstream.slow.put(StandIn.DISCOVERY, 60_000);
                        },
                        """
                        hanging answer
                        FAIL  document /.well-known/openid-configuration: timed out after 3s;\s"""));
    }

    private Row status(int status, String told) {
        return new Row(() -> upstream.statuses.put(StandIn.JWKS, status), """
                %1$d
                FAIL  document /openid/v1/jwks: %1$d: %2$s
                ok    issuer: https://issuer.example
                ok    jwks_uri:\s
                warn  keys, relying parties: not looked at, as the key set could not be had""".formatted(status, told));
    }

    private void apiServer(String url) {
        upstream.environment.put("UPSTREAM_HOST", url);
    }

    private void apiServerShows(String certificate) throws IOException {
        StandIn other = server(CERTIFICATES.server(certificate, 2), "TLSv1.3");
        apiServer(other.environment.get("UPSTREAM_HOST"));
    }
}
