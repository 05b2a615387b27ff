// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/** CONTRACT 11, what {@code check} tells of the documents. */
class BrokenDocumentsTest extends BrokenSetUp {
    @Override
    Stream<Row> rows() {
        return Stream.of(
                new Row(() -> discovery("http://issuer.example", ISSUER + "/k"), """
                        issuer http
                        FAIL  issuer: http://issuer.example is no https URL; start the API server with a public https URL"""),
                new Row(() -> discovery(ISSUER + "?a=b", ISSUER + "/k"), """
                        issuer with a query
                        FAIL  issuer: https://issuer.example?a=b has a query or a fragment;\s"""),
                new Row(() -> discovery(ISSUER + "/", ISSUER + "/k"), """
                        issuer with a slash more
                        FAIL  issuer: https://issuer.example/ is not the iss of the gateway's token, https://issuer.example; they differ by the slash at the end"""),
                new Row(() -> discovery("https://kubernetes.default.svc.cluster.local", ISSUER + "/k"), """
                        issuer internal
                        FAIL  issuer: https://kubernetes.default.svc.cluster.local is a name inside the cluster"""),
                new Row(() -> discovery(ISSUER, "https://10.0.0.1:6443/openid/v1/jwks"), """
                        jwks_uri private
                        FAIL  jwks_uri: https://10.0.0.1:6443/openid/v1/jwks has a private address; set JWKS_URI to ..or start the API server with it as --service-account-jwks-uri"""),
                new Row(() -> discovery(ISSUER, "https://kubernetes.default.svc/openid/v1/jwks"), """
                        jwks_uri internal
                        FAIL  jwks_uri: https://kubernetes.default.svc/openid/v1/jwks is a name inside the cluster; set JWKS_URI"""),
                new Row(() -> keySet(KEY.toJson(), OTHER_KEY.toJson()), """
                        two keys of one kid
                        FAIL  keys: the kid of two keys is the same: one;\s"""),
                new Row(
                        () -> keySet(
                                KEY.toJson(),
                                "{\"kty\":\"EC\",\"kid\":\"long\",\"alg\":\"ES256\",\"use\":\"sig\",\"x\":\"%s\"}"
                                        .formatted("x".repeat(51_200))),
                        """
                        51,201 bytes
                        warn  relying party nimbus: demands a key set of at most 51,200 bytes, but: .."""),
                new Row(
                        () -> keySet(Stream.concat(
                                        Stream.of(KEY.toJson()),
                                        IntStream.rangeClosed(1, 101)
                                                .mapToObj(i ->
                                                        "{\"kty\":\"RSA\",\"kid\":\"%d\",\"alg\":\"RS256\",\"use\":\"sig\",\"e\":\"AQAB\"}"
                                                                .formatted(i)))
                                .toArray(String[]::new)),
                        """
                        101 keys
                        warn  relying party aws: demands at most 100 RSA keys, but: 102 RSA keys; see https://"""));
    }
}
