// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import java.nio.file.Files;
import java.util.stream.Stream;

/** CONTRACT 11, what {@code check} tells of token, CA and API server. */
class BrokenApiServerTest extends BrokenSetUp {
    static Stream<Row> rows() {
        return Stream.of(
                new Row(
                        "token missing",
                        "FAIL  token: SA_TOKEN_PATH ..does not exist; mount the ServiceAccount's token there, or name its file with SA_TOKEN_PATH",
                        with -> Files.delete(with.upstream.token)),
                new Row(
                        "token expired",
                        "FAIL  token: ..make a new one",
                        with -> with.token(SetUp.ISSUER, "one", -5, SetUp.KEY)),
                new Row(
                        "token of another issuer",
                        "FAIL  issuer: https://issuer.example is not the iss of the gateway's token, https://other.example; is UPSTREAM_HOST the cluster of the token?",
                        with -> with.token("https://other.example", "one", 600, SetUp.KEY)),
                new Row(
                        "no JWT",
                        "warn  token: ..holds no JSON Web Token; is it the right file?",
                        with -> Files.writeString(with.upstream.token, "secret-secret")),
                new Row(
                        "CA missing",
                        "FAIL  CA: SA_CA_CERT_PATH ..does not exist; mount the cluster's CA there, or name its file with SA_CA_CERT_PATH",
                        with -> Files.delete(with.ca())),
                new Row(
                        "CA of another cluster",
                        "FAIL  API server TLS: certificate not trusted by SA_CA_CERT_PATH, its issuer is CN=intermediate; it has to show",
                        with -> Files.writeString(with.ca(), SetUp.CERTIFICATES.pem("other"))),
                new Row(
                        "private key beside the CA",
                        "warn  CA: ..and what is no certificate: PRIVATE KEY; take it out",
                        with -> Files.writeString(
                                with.ca(), SetUp.CERTIFICATES.pem("root") + SetUp.CERTIFICATES.key("root"))),
                new Row(
                        "private key instead of the CA",
                        "FAIL  CA: SA_CA_CERT_PATH ..has no PEM certificate; mount the cluster's CA there",
                        with -> Files.writeString(with.ca(), SetUp.CERTIFICATES.key("root"))),
                new Row(
                        "name that is not there",
                        "FAIL  API server name: host nothing.invalid cannot be resolved, is UPSTREAM_HOST right?; ",
                        with -> with.upstream.environment.put("UPSTREAM_HOST", "https://nothing.invalid")),
                new Row(
                        "port closed",
                        "FAIL  API server TCP: no connection to 127.0.0.1:..is the API server up?; look at port, firewall and NetworkPolicy",
                        with -> with.upstream.close()),
                new Row(
                        "port that takes connections and says nothing",
                        "FAIL  API server TLS: takes connections, and does not answer within 3s; does this port speak TLS?",
                        with -> {
                            with.upstream.environment.put("UPSTREAM_TIMEOUT_SECONDS", "3");
                            with.upstream.environment.put("UPSTREAM_HOST", "https://127.0.0.1:" + with.silentPort());
                        }),
                new Row(
                        "TLS without TLS",
                        "FAIL  API server TLS: what answers there is no TLS; does this port speak TLS?",
                        with -> with.upstream.environment.put("UPSTREAM_HOST", with.plainServer())),
                new Row(
                        "TLS at the second address alone",
                        "warn  API server TLS: 127.0.0.1: TLSv1.3, certificate by CN=intermediate..; 127.0.0.2: what answers there is no TLS; some clients try no other one",
                        with -> with.upstream.environment.put(
                                "UPSTREAM_HOST", with.byName(with.upstream, "127.0.0.2", "127.0.0.1"))),
                new Row(
                        "TLS at no address",
                        "FAIL  API server TLS: 127.0.0.2: what answers there is no TLS; 127.0.0.1: certificate not trusted by SA_CA_CERT_PATH, its issuer is CN=intermediate; it has to show",
                        with -> {
                            with.upstream.environment.put(
                                    "UPSTREAM_HOST", with.byName(with.upstream, "127.0.0.2", "127.0.0.1"));
                            Files.writeString(with.ca(), SetUp.CERTIFICATES.pem("other"));
                        }),
                new Row(
                        "TLS at the first address alone, which has none",
                        "FAIL  API server TLS: what answers there is no TLS; does this port speak TLS?",
                        with -> with.upstream.environment.put(
                                "UPSTREAM_HOST", with.byName(with.upstream, "127.0.0.2", "127.0.0.9"))),
                new Row(
                        "TCP at the third address alone",
                        "warn  API server TCP: 127.0.0.2, 127.0.0.1 port ..take connections, and 127.0.0.9 does not; some clients",
                        with -> with.upstream.environment.put(
                                "UPSTREAM_HOST", with.byName(with.upstream, "127.0.0.2", "127.0.0.9", "127.0.0.1"))),
                new Row(
                        "certificate of another host",
                        "FAIL  API server TLS: certificate is not one for host 127.0.0.1; it has to show a whole chain up to a trusted CA, for this host",
                        with -> with.upstreamShows("elsewhere")),
                new Row(
                        "certificate expired",
                        "FAIL  API server TLS: ..expired or not yet valid, the server's own is valid from ..; it has to show",
                        with -> with.upstreamShows("expired")),
                status(401, "is the token valid?; make a new token"),
                status(403, "is the ClusterRole bound?; grant get on both paths"),
                status(404, "is service-account-issuer an https URL?; "),
                status(406, "only 200 counts; see what the API server, and what stands before it, says"),
                status(500, "only 200 counts; see what"),
                new Row(
                        "HTML",
                        "FAIL  document /.well-known/openid-configuration: not a valid document: it is not one JSON object..; ask it with curl what it sends: HTML is",
                        with -> with.upstream.bodies.put(
                                StandIn.DISCOVERY, "<!DOCTYPE html><html><body>secret-secret</body></html>")),
                new Row(
                        "private key in the set",
                        "FAIL  document /openid/v1/jwks: not a valid document: a key has the private member d; ask it with curl what it sends: the gateway refuses it",
                        with -> with.upstream.bodies.put(
                                StandIn.JWKS, "{\"keys\":[{\"kty\":\"RSA\",\"d\":\"secret-secret\"}]}")),
                new Row(
                        "no key in the set",
                        "FAIL  document /openid/v1/jwks: not a valid document: keys is empty; ask it with curl what it sends: the gateway refuses it",
                        with -> with.upstream.bodies.put(StandIn.JWKS, "{\"keys\":[]}")),
                new Row(
                        "name twice",
                        "FAIL  document /openid/v1/jwks: not a valid document: a name occurs twice in one object; ask it with curl what it sends: the gateway refuses it",
                        with -> with.upstream.bodies.put(
                                StandIn.JWKS, "{\"keys\":[{\"kty\":\"RSA\",\"kty\":\"RSA\"}]}")),
                new Row(
                        "hanging answer",
                        "FAIL  document /.well-known/openid-configuration: timed out after 3s; ",
                        with -> {
                            with.upstream.environment.put("UPSTREAM_TIMEOUT_SECONDS", "3");
                            with.upstream.slow.put(StandIn.DISCOVERY, 60_000);
                        }));
    }

    private static Row status(int status, String told) {
        return new Row(
                "" + status,
                "FAIL  document /openid/v1/jwks: " + status + ": " + told,
                with -> with.upstream.statuses.put(StandIn.JWKS, status));
    }
}
