// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * CONTRACT 11: {@code check} "tells an operator why federation does not work". A row is one thing that is wrong: its cause is
 * one line, with what to do.
 */
class BrokenSetUpTest {
    private static final String ISSUER = "https://issuer.example";
    private static final String DISCOVERY = StandIn.DISCOVERY;
    private static final String JWKS = StandIn.JWKS;

    @TempDir
    static Path certificatesDirectory;

    private static TestCertificates certificates;
    private static RsaJsonWebKey key;
    private static RsaJsonWebKey otherKey;

    @TempDir
    Path directory;

    private StandIn upstream;
    private StandIn gateway;
    private final List<String> arguments = new ArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();

    /** Breaks one thing. */
    @FunctionalInterface
    private interface Break {
        void in(BrokenSetUpTest test) throws Exception;
    }

    /**
     * A row.
     *
     * @param line how the line begins that tells the cause, verdict included; two dots stand for anything
     */
    private record SetUp(String name, Break how, String line) {
        /** Tells whether a line has these parts, the first at its begin, in their order. */
        boolean matches(String told) {
            String parts =
                    Stream.of(line.split("\\.\\.(?!\\.)")).map(Pattern::quote).collect(Collectors.joining(".*"));
            return Pattern.compile(parts).matcher(told).lookingAt();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static SetUp set(String name, String line, Break how) {
        return new SetUp(name, how, line);
    }

    static Stream<SetUp> towardsTheApiServer() {
        return Stream.of(
                set(
                        "token missing",
                        "FAIL  token: SA_TOKEN_PATH ..does not exist; mount the ServiceAccount's token there, or name its file with SA_TOKEN_PATH",
                        test -> Files.delete(test.upstream.token)),
                set("token expired", "FAIL  token: ..make a new one", test -> test.token(ISSUER, "one", -5, key)),
                set(
                        "token of another issuer",
                        "FAIL  issuer: https://issuer.example is not the iss of the gateway's token, https://other.example; is UPSTREAM_HOST the cluster of the token?",
                        test -> test.token("https://other.example", "one", 600, key)),
                set(
                        "no JWT",
                        "warn  token: ..holds no JSON Web Token; is it the right file?",
                        test -> Files.writeString(test.upstream.token, "secret-secret")),
                set(
                        "CA missing",
                        "FAIL  CA: SA_CA_CERT_PATH ..does not exist; mount the cluster's CA there, or name its file with SA_CA_CERT_PATH",
                        test -> Files.delete(test.ca())),
                set(
                        "CA of another cluster",
                        "FAIL  API server TLS: certificate not trusted by SA_CA_CERT_PATH, its issuer is CN=intermediate; it has to show",
                        test -> Files.writeString(test.ca(), certificates.pem("other"))),
                set(
                        "private key beside the CA",
                        "warn  CA: ..and what is no certificate: PRIVATE KEY; take it out",
                        test -> Files.writeString(
                                test.ca(), certificates.pem("root") + certificates.privateKey("root"))),
                set(
                        "private key instead of the CA",
                        "FAIL  CA: SA_CA_CERT_PATH ..has no PEM certificate; mount the cluster's CA there",
                        test -> Files.writeString(test.ca(), certificates.privateKey("root"))),
                set(
                        "name that is not there",
                        "FAIL  API server name: host nothing.invalid cannot be resolved, is UPSTREAM_HOST right?; ",
                        test -> test.upstream.environment.put("UPSTREAM_HOST", "https://nothing.invalid")),
                set(
                        "port closed",
                        "FAIL  API server TCP: no connection to 127.0.0.1:..is the API server up?; look at port, firewall and NetworkPolicy",
                        test -> test.upstream.close()),
                set(
                        "port that takes connections and says nothing",
                        "FAIL  API server TLS: takes connections, and does not answer within 1s; does this port speak TLS?",
                        test -> {
                            test.upstream.environment.put("UPSTREAM_TIMEOUT_SECONDS", "1");
                            test.upstream.environment.put("UPSTREAM_HOST", "https://127.0.0.1:" + test.silentPort());
                        }),
                set(
                        "TLS without TLS",
                        "FAIL  API server TLS: what answers there is no TLS; does this port speak TLS?",
                        test -> test.upstream.environment.put("UPSTREAM_HOST", test.plainServer())),
                set(
                        "certificate of another host",
                        "FAIL  API server TLS: certificate is not one for host 127.0.0.1; it has to show a whole chain up to a trusted CA, for this host",
                        test -> test.upstreamShows("elsewhere")),
                set(
                        "certificate expired",
                        "FAIL  API server TLS: ..expired or not yet valid; it has to show",
                        test -> test.upstreamShows("expired")),
                set(
                        "401",
                        "FAIL  document /openid/v1/jwks: 401: is the token valid?; make a new token",
                        test -> test.upstream.statuses.put(JWKS, 401)),
                set(
                        "403",
                        "FAIL  document /openid/v1/jwks: 403: is the ClusterRole bound?; grant get on both paths",
                        test -> test.upstream.statuses.put(JWKS, 403)),
                set(
                        "404",
                        "FAIL  document /openid/v1/jwks: 404: is service-account-issuer an https URL?; ",
                        test -> test.upstream.statuses.put(JWKS, 404)),
                set(
                        "406",
                        "FAIL  document /openid/v1/jwks: 406: only 200 counts; see what the API server, and what stands before it, says",
                        test -> test.upstream.statuses.put(JWKS, 406)),
                set(
                        "500",
                        "FAIL  document /openid/v1/jwks: 500: only 200 counts; see what",
                        test -> test.upstream.statuses.put(JWKS, 500)),
                set(
                        "HTML",
                        "FAIL  document /.well-known/openid-configuration: not a valid document: it is not one JSON object..; ask it with curl what it sends: HTML is",
                        test -> test.upstream.bodies.put(
                                DISCOVERY, "<!DOCTYPE html><html><body>secret-secret</body></html>")),
                set(
                        "hanging answer",
                        "FAIL  document /.well-known/openid-configuration: timed out after 1s; ",
                        test -> {
                            test.upstream.environment.put("UPSTREAM_TIMEOUT_SECONDS", "1");
                            test.upstream.slow.put(DISCOVERY, 3000);
                        }));
    }

    static Stream<SetUp> inTheDocuments() {
        return Stream.of(
                set(
                        "issuer http",
                        "FAIL  issuer: http://issuer.example is no https URL; start the API server with a public https URL",
                        test -> test.discovery("http://issuer.example", ISSUER + "/k")),
                set(
                        "issuer with a query",
                        "FAIL  issuer: https://issuer.example?a=b has a query or a fragment; ",
                        test -> test.discovery(ISSUER + "?a=b", ISSUER + "/k")),
                set(
                        "issuer with a slash more",
                        "FAIL  issuer: https://issuer.example/ is not the iss of the gateway's token, https://issuer.example; they differ by the slash at the end",
                        test -> test.discovery(ISSUER + "/", ISSUER + "/k")),
                set(
                        "jwks_uri internal",
                        "FAIL  jwks_uri: https://kubernetes.default.svc/openid/v1/jwks is a name inside the cluster; set JWKS_URI",
                        test -> test.discovery(ISSUER, "https://kubernetes.default.svc/openid/v1/jwks")),
                set(
                        "no kid",
                        "warn  keys: no kid: EC key without kid; verifiers cannot tell",
                        test -> test.keySet(json(key), "{\"kty\":\"EC\",\"alg\":\"ES256\",\"use\":\"sig\"}")),
                set(
                        "two keys of one kid",
                        "FAIL  keys: the kid of two keys is the same: one; ",
                        test -> test.keySet(json(key), json(otherKey))),
                set("1024 bits", "warn  keys: less than 2048 bits: RSA key small; ", test -> {
                    RsaJsonWebKey small = RsaJwkGenerator.generateJwk(1024);
                    small.setKeyId("small");
                    test.keySet(json(key), json(small));
                }),
                set(
                        "AKP",
                        "warn  keys: a type that some verifiers refuse the whole set for: AKP key pq; ",
                        test -> test.keySet(
                                json(key),
                                "{\"kty\":\"AKP\",\"kid\":\"pq\",\"alg\":\"ML-DSA-44\",\"use\":\"sig\",\"pub\":\"AQAB\"}")),
                set(
                        "51,201 bytes",
                        "warn  relying party nimbus: demands a key set of at most 51,200 bytes, but: ..",
                        test -> test.keySet(
                                json(key),
                                "{\"kty\":\"EC\",\"kid\":\"long\",\"alg\":\"ES256\",\"use\":\"sig\",\"x\":\"%s\"}"
                                        .formatted("x".repeat(51_200)))),
                set(
                        "101 keys",
                        "warn  relying party aws: demands at most 100 RSA keys, but: 102 RSA keys; see https://",
                        test -> test.keySet(Stream.concat(
                                        Stream.of(json(key)),
                                        IntStream.rangeClosed(1, 101)
                                                .mapToObj(i ->
                                                        "{\"kty\":\"RSA\",\"kid\":\"%d\",\"alg\":\"RS256\",\"use\":\"sig\",\"e\":\"AQAB\"}"
                                                                .formatted(i)))
                                .toArray(String[]::new))));
    }

    static Stream<SetUp> towardsThePublicUrl() {
        return Stream.of(
                set(
                        "redirect",
                        "FAIL  public URL /openid/v1/jwks: status 302, a redirect; ",
                        test -> test.gateway.statuses.put(JWKS, 302)),
                set(
                        "the API server itself",
                        "FAIL  public URL /openid/v1/jwks: status 401; relying parties have no token: is the gateway there",
                        test -> test.gateway.statuses.put(JWKS, 401)),
                set(
                        "another Content-Type",
                        "warn  public URL /openid/v1/jwks headers: Content-Type is application/json; charset=utf-8, not application/json; ",
                        test -> test.header("Content-Type", "application/json; charset=utf-8")),
                set(
                        "another Cache-Control",
                        "warn  public URL /openid/v1/jwks headers: Cache-Control is public, max-age=86400, longer than the 3600s of this configuration..; look at",
                        test -> test.header("Cache-Control", "public, max-age=86400")),
                set(
                        "no caching",
                        "warn  public URL /openid/v1/jwks headers: Cache-Control is no-store, without a max-age; ",
                        test -> test.header("Cache-Control", "no-store")),
                set(
                        "no CORS",
                        "warn  public URL /openid/v1/jwks headers: Access-Control-Allow-Origin is null, not *; look at",
                        test -> test.header("Access-Control-Allow-Origin", null)),
                set(
                        "an older document",
                        "FAIL  public URL /openid/v1/jwks content: is not what the API server has; another cluster's gateway, or a cache that keeps an old document",
                        test -> test.gateway.bodies.put(JWKS, "{\"keys\":[" + json(otherKey) + "]}")),
                set(
                        "chain without its middle",
                        "FAIL  public URL TLS: certificate not trusted by --public-ca, its issuer is CN=intermediate, and no intermediate certificate came with it; it has to show a whole chain",
                        test -> test.gateway(certificates.server("server", 1), "TLSv1.2", "TLSv1.3")),
                set(
                        "TLS 1.3 only",
                        "FAIL  public URL TLSv1.2: ..; allow this version of TLS there",
                        test -> test.gateway(certificates.server("server", 2), "TLSv1.3")),
                set(
                        "HTTP on the port",
                        "FAIL  public URL TLS: what answers there is no TLS; does this port speak TLS?",
                        test -> test.arguments.set(1, test.plainServer())),
                set(
                        "public port closed",
                        "FAIL  public URL TCP: no connection to 127.0.0.1:..does anything listen there?; look at port",
                        test -> test.gateway.close()),
                set(
                        "no such public name",
                        "FAIL  public URL name: host nothing.invalid cannot be resolved, is --public-url right?; ",
                        test -> test.arguments.set(1, "https://nothing.invalid")),
                set(
                        "wrong prefix",
                        "FAIL  public URL /clusters/b/.well-known/openid-configuration: status 404; are --public-url and PATH_PREFIX the gateway's",
                        test -> test.upstream.environment.put("PATH_PREFIX", "/clusters/b")),
                set(
                        "HTML from a CDN",
                        "FAIL  public URL /openid/v1/jwks: not a valid document: ..; what answers there is not the gateway",
                        test -> test.gateway.bodies.put(JWKS, "<html></html>")),
                set(
                        "6 s",
                        "FAIL  public URL /openid/v1/jwks: takes connections, and does not answer within 5s; AWS waits 5 s: look at",
                        test -> test.gateway.slow.put(JWKS, 6000)),
                set(
                        "jwks_uri elsewhere",
                        "warn  public URL jwks_uri: https://elsewhere.example/openid/v1/jwks is not below this address, where..; relying parties fetch keys from the first",
                        test -> test.discovery(ISSUER, "https://elsewhere.example/openid/v1/jwks")));
    }

    static Stream<SetUp> inTheWorkloadsToken() {
        return Stream.of(
                set(
                        "another kid",
                        "FAIL  workload token kid: two is not among the served keys; ",
                        test -> test.workload("two", key, 600, 0)),
                set(
                        "expired",
                        "FAIL  workload token exp: ..is past; make a new token",
                        test -> test.workload("one", key, -60, 0)),
                set(
                        "not yet valid",
                        "FAIL  workload token nbf: ..is to come; compare the clocks",
                        test -> test.workload("one", key, 600, 300)),
                set(
                        "another key, the same kid",
                        "FAIL  workload token signature: is not by the served key one; ",
                        test -> test.workload("one", otherKey, 600, 0)));
    }

    static Stream<SetUp> all() {
        return Stream.of(towardsTheApiServer(), inTheDocuments(), towardsThePublicUrl(), inTheWorkloadsToken())
                .flatMap(rows -> rows);
    }

    @BeforeAll
    static void makeKeys() throws Exception {
        certificates = new TestCertificates(certificatesDirectory);
        key = rsa();
        otherKey = rsa();
    }

    private static RsaJsonWebKey rsa() throws Exception {
        RsaJsonWebKey made = RsaJwkGenerator.generateJwk(2048);
        made.setKeyId("one");
        made.setAlgorithm("RS256");
        made.setUse("sig");
        return made;
    }

    private static String json(RsaJsonWebKey key) {
        return key.toJson();
    }

    /** All is well, with a public URL and a workload's token. */
    @BeforeEach
    void build() throws Exception {
        upstream = server("upstream", certificates.server("server", 2), "TLSv1.2", "TLSv1.3");
        upstream.environment.put("SA_CA_CERT_PATH", ca().toString());
        Files.writeString(ca(), certificates.pem("root"));
        token(ISSUER, "one", 600, key);
        discovery(ISSUER, ISSUER + JWKS);
        keySet(json(key));
        gateway(certificates.server("server", 2), "TLSv1.2", "TLSv1.3");
        Path publicCa = Files.writeString(directory.resolve("public-ca"), certificates.pem("root"));
        arguments.addAll(List.of("--public-ca", publicCa.toString()));
        workload("one", key, 600, 0);
    }

    private StandIn server(String name, SSLContext tls, String... protocols) throws Exception {
        HttpsServer https = HttpsServer.create(StandIn.loopback(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = tls.getDefaultSSLParameters();
                ssl.setProtocols(protocols);
                parameters.setSSLParameters(ssl);
            }
        });
        Path own = directory.resolve(name + opened.size());
        StandIn server = new StandIn(Files.createDirectory(own), https, "https");
        opened.add(server);
        return server;
    }

    /** Puts a gateway in front, which serves what the API server has at this moment and later. */
    private void gateway(SSLContext tls, String... protocols) throws Exception {
        gateway = server("gateway", tls, protocols);
        gateway.bodies.putAll(upstream.bodies);
        for (String path : List.of(DISCOVERY, JWKS)) {
            gateway.headers.put(
                    path,
                    Map.of(
                            "Content-Type",
                            "application/json",
                            "Cache-Control",
                            "public, max-age=3600",
                            "ETag",
                            "\"a\"",
                            "Access-Control-Allow-Origin",
                            "*",
                            "X-Content-Type-Options",
                            "nosniff"));
        }
        if (arguments.isEmpty()) {
            arguments.addAll(List.of("--public-url", ""));
        }
        arguments.set(1, gateway.environment.get("UPSTREAM_HOST"));
    }

    private void upstreamShows(String name) throws Exception {
        StandIn other = server("other", certificates.server(name, 2), "TLSv1.3");
        upstream.environment.put("UPSTREAM_HOST", other.environment.get("UPSTREAM_HOST"));
    }

    private Path ca() {
        return directory.resolve("ca.crt");
    }

    /** The https URL of a server that answers in clear, as nginx does. */
    private String plainServer() throws Exception {
        ServerSocket plain = new ServerSocket(0, 10, StandIn.loopback().getAddress());
        opened.add(plain);
        Thread thread = new Thread(() -> answerInClear(plain), "plain");
        thread.setDaemon(true);
        thread.start();
        return "https://127.0.0.1:" + plain.getLocalPort();
    }

    private static void answerInClear(ServerSocket plain) {
        while (true) {
            try (Socket client = plain.accept()) {
                if (client.getInputStream().read(new byte[8192]) > 0) {
                    client.getOutputStream()
                            .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            } catch (IOException e) {
                if (plain.isClosed()) {
                    return;
                }
            }
        }
    }

    private int silentPort() throws Exception {
        ServerSocket silent = new ServerSocket(0, 10, StandIn.loopback().getAddress());
        opened.add(silent);
        return silent.getLocalPort();
    }

    private void token(String issuer, String kid, long seconds, RsaJsonWebKey by) throws Exception {
        Files.writeString(upstream.token, jwt(issuer, kid, by, seconds, 0));
    }

    private void workload(String kid, RsaJsonWebKey by, long seconds, long validIn) throws Exception {
        Path file = Files.writeString(directory.resolve("workload"), jwt(ISSUER, kid, by, seconds, validIn));
        if (!arguments.contains("--token")) {
            arguments.addAll(List.of("--token", file.toString()));
        }
    }

    private static String jwt(String issuer, String kid, RsaJsonWebKey by, long seconds, long validIn)
            throws Exception {
        long now = Instant.now().getEpochSecond();
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload("{\"iss\":\"%s\",\"sub\":\"a\",\"aud\":[\"sts.amazonaws.com\"],\"exp\":%d,\"nbf\":%d}"
                .formatted(issuer, now + seconds, now + validIn));
        signature.setKey(by.getPrivateKey());
        signature.setKeyIdHeaderValue(kid);
        signature.setAlgorithmHeaderValue("RS256");
        return signature.getCompactSerialization();
    }

    private void discovery(String issuer, String jwksUri) {
        both(DISCOVERY, "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(issuer, jwksUri));
    }

    private void keySet(String... jwks) {
        both(JWKS, "{\"keys\":[" + String.join(",", jwks) + "]}");
    }

    private void both(String path, String body) {
        upstream.bodies.put(path, body);
        if (gateway != null) {
            gateway.bodies.put(path, body);
        }
    }

    private void header(String name, String value) {
        Map<String, String> changed = new HashMap<>(gateway.headers.get(JWKS));
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        gateway.headers.put(JWKS, changed);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void theCauseIsOneLine(SetUp setUp) throws Exception {
        setUp.how.in(this);
        int status = upstream.run(withCommand());
        String out = upstream.out();
        assertThat(out.lines().filter(setUp::matches))
                .as("lines that tell it, in%n%s", out)
                .hasSize(1);
        assertThat(status).as(out).isEqualTo(setUp.line.startsWith("FAIL") ? Commands.FAILED : Commands.DONE);
        assertThat(out.lines().filter(line -> line.startsWith("FAIL")).limit(1))
                .as("what fails first is the cause, in%n%s", out)
                .allMatch(setUp::matches);
        assertThat(out + upstream.err()).doesNotContain("\tat ", "Exception", "secret-secret");
        for (Path token : List.of(upstream.token, directory.resolve("workload"))) {
            if (Files.exists(token)) {
                assertThat(out).doesNotContain(Files.readString(token));
            }
        }
        if (upstream.slow.isEmpty() && gateway.slow.isEmpty()) {
            assertJsonSaysTheSame(out, status);
        }
    }

    @Test
    void allIsWellWhereNothingIsBroken() {
        int status = upstream.run(withCommand());
        // A gateway on another port than the issuer's is the one thing that is odd here.
        assertThat(upstream.out().lines().filter(line -> !line.startsWith("ok")))
                .allMatch(line -> line.startsWith("warn  public URL jwks_uri: "));
        assertThat(status).isZero();
    }

    /** The same verdicts of the same steps; what was seen may have a time in it. */
    private void assertJsonSaysTheSame(String out, int status) {
        arguments.add("--json");
        assertThat(upstream.run(withCommand())).isEqualTo(status);
        JsonObject report = Facts.object(upstream.out().getBytes(StandardCharsets.UTF_8));
        assertThat(report.get("ok").getAsBoolean()).isEqualTo(status == 0);
        List<String> steps = new ArrayList<>();
        for (JsonElement element : report.getAsJsonArray("steps")) {
            JsonObject step = element.getAsJsonObject();
            steps.add("%-4s  %s: ".formatted(Facts.string(step, "verdict"), Facts.string(step, "step")));
        }
        List<String> lines = out.lines().toList();
        assertThat(steps).hasSameSizeAs(lines);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).startsWith(steps.get(i));
        }
    }

    private String[] withCommand() {
        return Stream.concat(Stream.of("check"), arguments.stream()).toArray(String[]::new);
    }
}
