// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 11: {@code check}, each step on a set-up that is broken there, in front of a real TLS server. */
class CheckTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String ISSUER = "https://issuer.example";

    @TempDir
    static Path keys;

    private static SSLContext tls;
    private static String ca;
    private static RsaJsonWebKey key;

    @TempDir
    Path directory;

    private StandIn server;

    @BeforeAll
    static void makeKeys() throws Exception {
        Path file = keys.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD),
                        "-dname",
                        "CN=server",
                        "-validity",
                        "90",
                        "-ext",
                        "bc:c",
                        "-ext",
                        "san=ip:127.0.0.1")
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS) && keytool.exitValue() == 0)
                .as(output)
                .isTrue();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD);
        tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        ca = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(store.getCertificate("server").getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        key = RsaJwkGenerator.generateJwk(2048);
        key.setKeyId("one");
        key.setAlgorithm("RS256");
        key.setUse("sig");
    }

    @BeforeEach
    void start() throws Exception {
        HttpsServer https = HttpsServer.create(StandIn.loopback(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls));
        server = new StandIn(directory, https, "https");
        Files.writeString(directory.resolve("ca.crt"), ca);
        Files.writeString(server.token, token(ISSUER, 3600));
        discovery(ISSUER, ISSUER + "/openid/v1/jwks");
        server.bodies.put(StandIn.JWKS, "{\"keys\":[" + key.toJson() + "]}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String token(String issuer, long seconds) throws Exception {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload("{\"iss\":\"%s\",\"sub\":\"a\",\"aud\":[\"sts.amazonaws.com\"],\"exp\":%d}"
                .formatted(issuer, Instant.now().getEpochSecond() + seconds));
        signature.setKey(key.getPrivateKey());
        signature.setKeyIdHeaderValue("one");
        signature.setAlgorithmHeaderValue("RS256");
        return signature.getCompactSerialization();
    }

    private void discovery(String issuer, String jwksUri) {
        server.bodies.put(StandIn.DISCOVERY, "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(issuer, jwksUri));
    }

    private void keySet(String... jwks) {
        server.bodies.put(StandIn.JWKS, "{\"keys\":[" + String.join(",", jwks) + "]}");
    }

    /** Runs the check, which has to end with this status. Whatever it looks at, it prints no token. */
    private String check(int status, String... arguments) throws IOException {
        String[] all = new String[arguments.length + 1];
        all[0] = "check";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        int ended = server.run(all);
        assertThat(ended).as(server.out() + server.err()).isEqualTo(status);
        if (Files.exists(server.token)) {
            String token = Files.readString(server.token).strip();
            if (!token.isEmpty()) {
                assertThat(server.out() + server.err()).doesNotContain(token);
            }
        }
        return server.out();
    }

    @Test
    void allIsWell() throws Exception {
        assertThat(check(0))
                .contains("ok    token: ", "iss " + ISSUER, "ok    CA: ", "1 certificates")
                .contains("ok    API server name: 127.0.0.1", "ok    API server TCP: ", "ok    API server TLS: TLSv1.3")
                .contains("ok    document /.well-known/openid-configuration: 200, valid")
                .contains("ok    issuer: " + ISSUER + ", as in the token", "ok    jwks_uri: ")
                .contains("ok    keys: 1: RSA key one, 2048 bits", "ok    relying party aws: ")
                .doesNotContain("FAIL")
                .doesNotContain("warn");
    }

    @Test
    void withoutATokenTheRestIsLookedAt() throws Exception {
        Files.delete(server.token);
        assertThat(check(1))
                .contains("FAIL  token: SA_TOKEN_PATH " + server.token + " does not exist; mount")
                .contains("ok    API server TLS")
                .contains("warn  documents: not looked at, as there is no token");
    }

    @Test
    void aTokenThatExpiredFails() throws Exception {
        Files.writeString(server.token, token(ISSUER, -5));
        assertThat(check(1)).contains("FAIL  token: " + server.token + " expired at ");
    }

    @Test
    void aTokenOfAnotherClusterFails() throws Exception {
        Files.writeString(server.token, token("https://other.example", 60));
        assertThat(check(1)).contains("FAIL  issuer: " + ISSUER + " is not the iss of the gateway's token");
    }

    @Test
    void withoutACaNothingIsSent() throws Exception {
        Files.writeString(directory.resolve("ca.crt"), "none");
        assertThat(check(1))
                .contains("FAIL  CA: SA_CA_CERT_PATH", "has no PEM certificate")
                .contains("warn  API server TLS: not looked at, as there is no CA");
    }

    @Test
    void aNameThatIsNotThereFails() throws Exception {
        server.environment.put("UPSTREAM_HOST", "https://nothing.invalid");
        assertThat(check(1))
                .contains("FAIL  API server name: host nothing.invalid cannot be resolved, is UPSTREAM_HOST right?")
                .contains("warn  API server TCP, TLS: not looked at");
    }

    @Test
    void aPortThatNobodyListensOnFails() throws Exception {
        server.close();
        assertThat(check(1))
                .contains("FAIL  API server TCP: no connection to 127.0.0.1:")
                .contains("warn  documents: not looked at, as the API server could not be reached");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"401|401: is the token valid?; make", "403|403: is the ClusterRole bound?; grant"})
    void aStatusIsExplained(int status, String why) throws Exception {
        server.statuses.put(StandIn.JWKS, status);
        assertThat(check(1))
                .contains("FAIL  document /openid/v1/jwks: " + why)
                .contains("warn  issuer, jwks_uri, keys, relying parties: not looked at");
    }

    @Test
    void aDocumentThatIsNoneFails() throws Exception {
        keySet();
        assertThat(check(1)).contains("FAIL  document /openid/v1/jwks: not a valid document: keys is empty");
    }

    @ParameterizedTest
    @CsvSource({
        "http://issuer.example, is no https URL",
        "https://issuer.example?a=b, has a query or a fragment",
        "https://kubernetes.default.svc.cluster.local, is a name inside the cluster"
    })
    void anIssuerThatNobodyCanUseFails(String issuer, String why) throws Exception {
        discovery(issuer, "https://issuer.example/k");
        assertThat(check(1)).contains("FAIL  issuer: " + issuer + " " + why);
    }

    @Test
    void aPrivateJwksUriFails() throws Exception {
        discovery(ISSUER, "https://10.0.0.1:6443/openid/v1/jwks");
        assertThat(check(1))
                .contains(
                        "FAIL  jwks_uri: https://10.0.0.1:6443/openid/v1/jwks has a private address; set JWKS_URI to ")
                .contains(", or start the API server with it as --service-account-jwks-uri");
    }

    // "jwks_uri (public, not a private, link-local or cluster-internal address)": also where a name leads to one
    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.2.3",
                "172.16.0.1",
                "192.168.9.9",
                "169.254.1.1",
                "127.0.0.1",
                "100.64.0.1",
                "fd00::1",
                "fe80::1"
            })
    void aNameThatLeadsToAPrivateAddressIsTold(String address) throws Exception {
        discovery(ISSUER, "https://keys.example/k");
        server.names.put("issuer.example", new String[] {"203.0.113.7", address});
        server.names.put("keys.example", new String[] {address});
        assertThat(check(0))
                .containsPattern(
                        "warn  issuer name: issuer\\.example is [0-9a-f:.]+ here, which is a private address; ask")
                .containsPattern(
                        "warn  jwks_uri name: keys\\.example is [0-9a-f:.]+ here, which is a private address; ask")
                .doesNotContain("203.0.113.7");
    }

    @Test
    void aNameIsLookedUpOnceAndOneThatIsNotThereIsTold() throws Exception {
        assertThat(check(0))
                .contains("ok    issuer name: issuer.example is 203.0.113.7\n")
                .doesNotContain("jwks_uri name");
        discovery(ISSUER, "https://keys.example/k");
        assertThat(check(0)).contains("warn  jwks_uri name: keys.example cannot be resolved here; ask a name server ");
        discovery("https://203.0.113.7", "https://[2001:db8::1]/k");
        Files.writeString(server.token, token("https://203.0.113.7", 60));
        assertThat(check(0))
                .doesNotContain(" name: 203")
                .doesNotContain("issuer name")
                .doesNotContain("jwks_uri name");
    }

    @Test
    void aNameServerThatDoesNotAnswerHoldsNothingUp() throws Exception {
        server.environment.put("UPSTREAM_TIMEOUT_SECONDS", "1");
        server.names.put("issuer.example", StandIn.NO_ANSWER);
        assertThat(check(0))
                .contains("warn  issuer name: issuer.example was not resolved within 1s; ask a name server ");
    }

    // 2.5: what counts is what is published
    @Test
    void jwksUriOfTheConfigurationCounts() throws Exception {
        discovery(ISSUER, "https://10.0.0.1:6443/openid/v1/jwks");
        server.environment.put("JWKS_URI", ISSUER + "/published");
        assertThat(check(0)).contains("ok    jwks_uri: " + ISSUER + "/published\n");
        server.environment.put("JWKS_URI", "https://192.168.0.1/published");
        assertThat(check(1)).contains("FAIL  jwks_uri: https://192.168.0.1/published has a private address");
    }

    // 2.6: "a discovery document with another issuer is refused …, its JWKS is refused too"
    @Test
    void bothDocumentsOfAnotherIssuerThanTheExpectedFail() throws Exception {
        server.environment.put("EXPECTED_ISSUER", "https://other.example");
        String why = " is " + ISSUER + ", and EXPECTED_ISSUER is https://other.example; the gateway refuses it";
        assertThat(check(1))
                .contains("FAIL  document " + StandIn.DISCOVERY + ": not a valid document: its issuer" + why)
                .contains("FAIL  document " + StandIn.JWKS + ": not a valid document: the issuer beside it" + why)
                .contains("warn  issuer, jwks_uri, keys, relying parties: not looked at");
        server.environment.put("EXPECTED_ISSUER", ISSUER);
        assertThat(check(0)).doesNotContain("FAIL");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"kty\":\"EC\",\"alg\":\"ES256\",\"use\":\"sig\"}|warn  keys: no kid: EC key without kid",
                "{\"kty\":\"AKP\",\"kid\":\"a\",\"alg\":\"ML-DSA-44\",\"use\":\"sig\"}|warn  keys: a type that some verifiers",
                "{\"kty\":\"EC\",\"kid\":\"a\",\"use\":\"sig\"}|warn  keys: no alg: EC key a",
                "{\"kty\":\"EC\",\"kid\":\"a\",\"alg\":\"ES256\"}|warn  keys: no use: EC key a",
                "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"kid\":\"a\",\"alg\":\"RS256\",\"use\":\"sig\"}|warn  keys: less than 2048 bits"
            })
    void anOddKeyIsTold(String odd, String line) throws Exception {
        keySet(key.toJson(), odd);
        assertThat(check(0)).contains(line);
    }

    @Test
    void oneKidForTwoKeysFails() throws Exception {
        keySet(key.toJson(), key.toJson());
        assertThat(check(1)).contains("FAIL  keys: the kid of two keys is the same: one");
    }

    // A demand fails the check only where its relying party was named.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "aws|at most 100 EC keys|ES256",
                "gcp|no x5c and no x5t|RS256",
                "entra|the first 100 keys are kept|ES256",
                "entra|RS256|ES256",
                "nimbus|a key set of at most 51,200 bytes|ES256"
            })
    void aDemandThatIsNotMetIsToldWithItsSource(String name, String demanded, String algorithm) throws Exception {
        String[] many = new String[101];
        for (int i = 0; i < many.length; i++) {
            many[i] = "{\"kty\":\"EC\",\"kid\":\"%d\",\"alg\":\"%s\",\"use\":\"sig\",\"x5c\":[\"%s\"]}"
                    .formatted(i, algorithm, "x".repeat(600));
        }
        keySet(many);
        assertThat(check(0)).contains("warn  relying party " + name + ": demands " + demanded + ", but: ");
        assertThat(check(1, "--relying-party", name))
                .contains("FAIL  relying party " + name + ": demands " + demanded + ", but: ")
                .contains("; see https://");
    }

    @Test
    void awsTakesNoPort() throws Exception {
        discovery(ISSUER + ":8443", ISSUER + "/k");
        Files.writeString(server.token, token(ISSUER + ":8443", 60));
        assertThat(check(1, "--relying-party", "aws"))
                .contains("FAIL  relying party aws: demands an https issuer without port or query")
                .doesNotContain("relying party gcp");
    }

    @Test
    void thePublicUrlIsLookedAtFromOutside() throws Exception {
        String url = server.environment.get("UPSTREAM_HOST");
        String ca = directory.resolve("ca.crt").toString();
        assertThat(check(0, "--public-url", url, "--public-ca", ca))
                .contains("ok    public URL TLS: TLSv1.3", "ok    public URL TLSv1.2: TLSv1.2")
                .contains("ok    public URL /openid/v1/jwks: 200, valid")
                .contains("content: what this configuration serves, written in another way")
                // The stand-in is no gateway.
                .contains("headers: Cache-Control is null, without a max-age; there is no ETag");
        assertThat(check(1, "--public-url", url))
                .contains("FAIL  public URL TLS: certificate not trusted by the public trust store, its issuer is CN=");
    }

    // 10.1 and 10.2; an issuer with a path ends with the prefix, and is what an operator may give.
    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/clusters/a", "/clusters/a/"})
    void thePublicUrlIsLookedAtBelowThePathPrefix(String path) throws Exception {
        server.environment.put("PATH_PREFIX", "/clusters/a");
        server.environment.put("JWKS_URI", ISSUER + "/published");
        server.environment.put("DISCOVERY_EXTRA_MEMBERS", "{\"authorization_endpoint\":\"" + ISSUER + "/authorize\"}");
        server.bodies.put(
                "/clusters/a" + StandIn.DISCOVERY,
                "{\"issuer\":\"%1$s\",\"jwks_uri\":\"%1$s/published\",\"authorization_endpoint\":\"%1$s/authorize\"}"
                        .formatted(ISSUER));
        server.bodies.put("/clusters/a" + StandIn.JWKS, server.bodies.get(StandIn.JWKS));
        assertThat(check(
                        0,
                        "--public-url",
                        server.environment.get("UPSTREAM_HOST") + path,
                        "--public-ca",
                        directory.resolve("ca.crt").toString()))
                .contains(StandIn.DISCOVERY + " content: what this configuration serves, written in another way")
                .contains(StandIn.JWKS + " content: what this configuration serves, written in another way");
    }

    @Test
    void anotherClustersGatewayFails() throws Exception {
        HttpsServer https = HttpsServer.create(StandIn.loopback(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls));
        try (StandIn other = new StandIn(Files.createDirectory(directory.resolve("other")), https, "https")) {
            other.statuses.put(StandIn.DISCOVERY, 302);
            assertThat(check(
                            1,
                            "--public-url",
                            other.environment.get("UPSTREAM_HOST"),
                            "--public-ca",
                            directory.resolve("ca.crt").toString()))
                    .contains("FAIL  public URL /.well-known/openid-configuration: status 302, a redirect")
                    .contains("FAIL  public URL /openid/v1/jwks content: is not what the API server has");
        }
    }

    @Test
    void aWorkloadsTokenIsVerified() throws Exception {
        String file = server.token.toString();
        assertThat(check(0, "--token", file))
                .contains("ok    workload token kid: one", "ok    workload token signature: RS256")
                .contains("ok    workload token iss: " + ISSUER, "ok    workload token aud: sts.amazonaws.com")
                .contains("ok    workload token exp: ", "ok    workload token nbf: there is none");
    }

    @Test
    void aWorkloadsTokenOfAnotherKeyFails() throws Exception {
        RsaJsonWebKey other = RsaJwkGenerator.generateJwk(2048);
        other.setKeyId("one");
        keySet(other.toJson());
        assertThat(check(1, "--token", server.token.toString()))
                .contains("FAIL  workload token signature: is not by the served key one");
        other.setKeyId("two");
        keySet(other.toJson());
        assertThat(check(1, "--token", server.token.toString()))
                .contains("FAIL  workload token kid: one is not among the served keys")
                .contains("warn  workload token signature: not looked at, as its key is not there");
    }

    @Test
    void whatIsNoTokenIsNotPrinted() throws Exception {
        Path file = Files.writeString(directory.resolve("workload"), "secret-secret");
        assertThat(check(1, "--token", file.toString()))
                .contains("FAIL  workload token file: " + file + " holds no JSON Web Token")
                .doesNotContain("secret-secret");
    }

    /** Whatever stands in a token, the check ends with its report. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"alg\":\"RS256\",\"kid\":5}|{\"exp\":1}|holds no JSON Web Token",
                "{\"alg\":5,\"kid\":\"one\"}|{\"exp\":1}|holds no JSON Web Token",
                "{\"alg\":\"RS256\",\"kid\":\"one\"}|{\"exp\":9223372036854775807}|workload token exp",
                "{\"alg\":\"RS256\",\"kid\":\"one\"}|{\"exp\":-9223372036854775808}|is past",
                "{\"alg\":\"RS256\",\"kid\":\"one\"}|{\"nbf\":1000000000000000000}|is to come"
            })
    void anOddTokenIsToldOf(String header, String claims, String message) throws Exception {
        String token = base64(header) + "." + base64(claims) + "." + base64("signature");
        Files.writeString(server.token, token);
        Path file = Files.writeString(directory.resolve("workload"), token);
        String said = check(1, "--token", file.toString(), "--json");
        assertThat(Facts.object(said.getBytes(StandardCharsets.UTF_8)).toString())
                .contains(message);
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A token in place of its file's path, or of anything else. */
    @ParameterizedTest
    @ValueSource(strings = {"--token ", "--public-ca ", "--relying-party ", "", "--public-url https://a.example/?"})
    void aTokenAmongTheArgumentsIsNotPrinted(String before) throws Exception {
        String token = token(ISSUER, 60);
        assertThat(check(2, (before + token).split(" "))).isEmpty();
        assertThat(server.err()).doesNotContain(token.substring(0, 20));
    }

    @Test
    void aTokenInPlaceOfItsPathIsNotPrinted() throws Exception {
        server.environment.put("SA_TOKEN_PATH", token(ISSUER, 60));
        assertThat(check(2)).isEmpty();
        assertThat(server.err())
                .contains("SA_TOKEN_PATH=\"***\": allowed is a path")
                .doesNotContain("eyJ");
    }

    @Test
    void helpListsTheNamesOfRelyingParties() throws Exception {
        assertThat(check(0, "--help"))
                .contains("NAME is one of", "aws, claude, entra, gcp, keycloak, nimbus, strimzi.");
    }

    @Test
    void jsonIsOneObject() throws Exception {
        server.statuses.put(StandIn.JWKS, 403);
        JsonObject report = Facts.object(check(1, "--json").getBytes(StandardCharsets.UTF_8));
        assertThat(report.get("ok").getAsBoolean()).isFalse();
        assertThat(report.getAsJsonArray("steps").toString())
                .contains("{\"verdict\":\"FAIL\",\"step\":\"document /openid/v1/jwks\",\"seen\":\"403: is the");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--relying-party acme|--relying-party acme is not known; allowed is aws, claude, entra, gcp,",
                "--public-url http://a.example|--public-url http://a.example: allowed is an https URL",
                "--public-url https://u:secret@a.example|--public-url ***: allowed is an https URL",
                "--public-url https://a.example?secret|--public-url ***: allowed is an https URL",
                "--public-url https://a.example:65536|--public-url https://a.example:65536: allowed is an https URL",
                "--public-url https://a.example:0|--public-url https://a.example:0: allowed is an https URL",
                "--public-ca ca.crt|--public-ca without --public-url",
                "--yaml|unknown argument: --yaml; allowed is [--public-url URL]"
            })
    void misuseIsStatus2(String arguments, String message) throws Exception {
        assertThat(check(2, arguments.split(" "))).isEmpty();
        assertThat(server.err()).startsWith("kube-oidc-gateway: " + message).doesNotContain("secret");
    }
}
