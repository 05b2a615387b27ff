// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;

/** CONTRACT 11, what {@code check} tells of the documents. */
class BrokenDocumentsTest extends BrokenSetUp {
    static Stream<Row> rows() {
        return Stream.of(
                new Row(
                        "issuer http",
                        "FAIL  issuer: http://issuer.example is no https URL; start the API server with a public https URL",
                        with -> with.discovery("http://issuer.example", SetUp.ISSUER + "/k")),
                new Row(
                        "issuer with a query",
                        "FAIL  issuer: https://issuer.example?a=b has a query or a fragment; ",
                        with -> with.discovery(SetUp.ISSUER + "?a=b", SetUp.ISSUER + "/k")),
                new Row(
                        "issuer with a slash more",
                        "FAIL  issuer: https://issuer.example/ is not the iss of the gateway's token, https://issuer.example; they differ by the slash at the end",
                        with -> with.discovery(SetUp.ISSUER + "/", SetUp.ISSUER + "/k")),
                new Row(
                        "jwks_uri internal",
                        "FAIL  jwks_uri: https://kubernetes.default.svc/openid/v1/jwks is a name inside the cluster; set JWKS_URI",
                        with -> with.discovery(SetUp.ISSUER, "https://kubernetes.default.svc/openid/v1/jwks")),
                new Row(
                        "no kid",
                        "warn  keys: no kid: EC key without kid; verifiers cannot tell",
                        with -> with.keySet(SetUp.KEY.toJson(), "{\"kty\":\"EC\",\"alg\":\"ES256\",\"use\":\"sig\"}")),
                new Row(
                        "two keys of one kid",
                        "FAIL  keys: the kid of two keys is the same: one; ",
                        with -> with.keySet(SetUp.KEY.toJson(), SetUp.OTHER_KEY.toJson())),
                new Row("1024 bits", "warn  keys: less than 2048 bits: RSA key small; ", with -> {
                    RsaJsonWebKey small = RsaJwkGenerator.generateJwk(1024);
                    small.setKeyId("small");
                    with.keySet(SetUp.KEY.toJson(), small.toJson());
                }),
                new Row(
                        "AKP",
                        "warn  keys: a type that some verifiers refuse the whole set for: AKP key pq; ",
                        with -> with.keySet(
                                SetUp.KEY.toJson(),
                                "{\"kty\":\"AKP\",\"kid\":\"pq\",\"alg\":\"ML-DSA-44\",\"use\":\"sig\",\"pub\":\"AQAB\"}")),
                new Row(
                        "51,201 bytes",
                        "warn  relying party nimbus: demands a key set of at most 51,200 bytes, but: ..",
                        with -> with.keySet(
                                SetUp.KEY.toJson(),
                                "{\"kty\":\"EC\",\"kid\":\"long\",\"alg\":\"ES256\",\"use\":\"sig\",\"x\":\"%s\"}"
                                        .formatted("x".repeat(51_200)))),
                new Row(
                        "101 keys",
                        "warn  relying party aws: demands at most 100 RSA keys, but: 102 RSA keys; see https://",
                        with -> with.keySet(Stream.concat(
                                        Stream.of(SetUp.KEY.toJson()),
                                        IntStream.rangeClosed(1, 101)
                                                .mapToObj(i ->
                                                        "{\"kty\":\"RSA\",\"kid\":\"%d\",\"alg\":\"RS256\",\"use\":\"sig\",\"e\":\"AQAB\"}"
                                                                .formatted(i)))
                                .toArray(String[]::new))));
    }
}
