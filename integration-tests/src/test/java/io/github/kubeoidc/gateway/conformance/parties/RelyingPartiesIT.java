// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.parties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import io.github.kubeoidc.gateway.conformance.containers.ApiServer;
import io.github.kubeoidc.gateway.conformance.process.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the gateway exists for, with libraries that many use: a relying party knows an issuer, finds the keys at the gateway, and
 * accepts the API server's tokens and no others. What was seen is written to {@code target/libraries.md}, and
 * {@code docs/relying-parties/libraries.md} has to say the same.
 */
@ExtendWith(ClusterExtension.class)
class RelyingPartiesIT {

    private static final Path SEEN = Path.of("target", "libraries.md");
    private static final Path DOCUMENTATION = Path.of("..", "docs", "relying-parties", "libraries.md");

    private static final String AUDIENCE = "https://service.example";
    private static final String JWKS = "/openid/v1/jwks";
    private static final String PREFIX = "/clusters/a";

    /** Another audience, so another relying party: one that meets a token with an invented kid before the new key. */
    private static final String DISTURBED = "https://disturbed.example";

    /** The longest cool-down that a library has by itself and the test does not change is 30 s. */
    private static final Duration COOL_DOWN = Duration.ofSeconds(35);

    private static final KeyPair KEY = ApiServer.newKeys();
    private static final KeyPair NEXT_KEY = ApiServer.newKeys();
    private static final KeyPair FOREIGN_KEY = ApiServer.newKeys();

    /** An issuer, the gateway in front of it, and how a relying party is told of them. */
    private record Cluster(String column, String issuer, String keys, boolean discovered, TrustedGateway gateway) {}

    @TempDir
    private static Path folder;

    private static final List<AutoCloseable> STARTED = new ArrayList<>();
    private static final List<Parties> PARTIES = new ArrayList<>();
    private static Certificates certificates;
    private static CompletableFuture<ApiServer> plain;
    private static CompletableFuture<ApiServer> prefixed;
    private static int plainPort;
    private static int prefixedPort;

    private final Map<String, LibrariesPage.Row> rows = new LinkedHashMap<>();

    @BeforeAll
    static void start() throws Exception {
        plainPort = ApiServer.freeFixedPort();
        prefixedPort = ApiServer.freeFixedPort();
        plain = server("https://localhost:" + plainPort);
        prefixed = server("https://localhost:" + prefixedPort + PREFIX);
        certificates = Certificates.in(folder);
        started(PARTIES, Parties.java(certificates, folder));
        Parties node = Parties.node(certificates, folder);
        if (node != null) {
            started(PARTIES, node);
        } else if ("required".equals(System.getProperty("cluster"))) {
            fail("there is no node and npm; -Dcluster=required makes that a failure");
        } else {
            System.err.println("**** SKIPPED: libraries of Node, as there is no node and npm. ****");
        }
    }

    private static CompletableFuture<ApiServer> server(String issuer) {
        return CompletableFuture.supplyAsync(() -> ApiServer.startWithKeys(
                ApiServer.freeFixedPort(),
                List.of(KEY),
                "service-account-issuer=" + issuer,
                "service-account-jwks-uri=" + issuer + JWKS));
    }

    private static <T extends AutoCloseable> T started(List<? super T> among, T what) {
        among.add(what);
        return what;
    }

    @AfterAll
    static void stop() throws Exception {
        PARTIES.forEach(Parties::close);
        for (AutoCloseable each : STARTED) {
            each.close();
        }
        for (CompletableFuture<ApiServer> server : List.of(plain, prefixed)) {
            server.thenAccept(ApiServer::close).join();
        }
    }

    /**
     * CONTRACT 1, 2.5, 8 and 10.1: the documents are what relying parties need, at the gateway's own https address, below a path, and by
     * a key URL where the issuer is internal.
     */
    @TestFactory
    Stream<DynamicTest> acceptWhatTheApiServerSigned(ApiServer internal) throws Exception {
        List<Cluster> clusters = List.of(
                cluster("issuer", plain.join(), plainPort, "https://localhost:" + plainPort, Map.of()),
                cluster(
                        "issuer with a path",
                        prefixed.join(),
                        prefixedPort,
                        "https://localhost:" + prefixedPort + PREFIX,
                        Map.of("PATH_PREFIX", PREFIX)),
                internal(internal));
        List<DynamicTest> tests = new ArrayList<>();
        for (Parties parties : PARTIES) {
            parties.libraries().forEach((library, parts) -> {
                LibrariesPage.Row row = new LibrariesPage.Row(parts);
                rows.put(library, row);
                for (Cluster cluster : clusters) {
                    tests.add(DynamicTest.dynamicTest(
                            library + ": " + cluster.column(), () -> judge(parties, library, cluster, row)));
                }
            });
        }
        Token old = clusters.get(0).gateway().token(AUDIENCE);
        tests.add(DynamicTest.dynamicTest("the API server gets a new key", () -> rotate(clusters.get(0), old)));
        for (Parties parties : PARTIES) {
            for (String library : parties.libraries().keySet()) {
                tests.add(DynamicTest.dynamicTest(
                        library + ": a new key", () -> meetNewKey(parties, library, clusters.get(0), old)));
            }
        }
        tests.add(
                DynamicTest.dynamicTest("a new key after an unknown kid", () -> meetNewKeyDisturbed(clusters.get(0))));
        tests.add(DynamicTest.dynamicTest("the documentation says the same", this::compare));
        return tests.stream();
    }

    private static Cluster cluster(
            String column, ApiServer server, int port, String issuer, Map<String, String> settings) {
        TrustedGateway gateway = started(STARTED, TrustedGateway.start(server, certificates, port, settings));
        return new Cluster(column, issuer, issuer + JWKS, true, gateway);
    }

    private static Cluster internal(ApiServer server) {
        int port = ApiServer.freeFixedPort();
        String keys = "https://localhost:" + port + JWKS;
        TrustedGateway gateway =
                started(STARTED, TrustedGateway.start(server, certificates, port, Map.of("JWKS_URI", keys)));
        return new Cluster("key URL", gateway.token(AUDIENCE).issuer(), keys, false, gateway);
    }

    private static void judge(Parties parties, String library, Cluster cluster, LibrariesPage.Row row) {
        Token good = cluster.gateway().token(AUDIENCE);
        String keys = cluster.discovered() ? "" : cluster.keys();
        String verdict = parties.judge(library, cluster.issuer(), AUDIENCE, keys, good);
        row.found(cluster.column(), verdict.equals(Parties.ACCEPTED) ? "yes" : verdict);
        if (verdict.equals(Parties.DISCOVERY_NEEDED)) {
            return;
        }
        if (verdict.equals(Parties.KEY_URL_NEEDED)) {
            keys = cluster.keys();
            verdict = parties.judge(library, cluster.issuer(), AUDIENCE, keys, good);
        }
        assertThat(verdict).isEqualTo(Parties.ACCEPTED);
        Token foreign = cluster.gateway().token("https://another.example");
        for (Refused refused : Refused.values()) {
            if (refused == Refused.EXPIRED && !cluster.discovered()) {
                // Only that API server has its key.
                continue;
            }
            String audience = AUDIENCE;
            Token token = refused.token(good, foreign, KEY.getPrivate(), FOREIGN_KEY.getPrivate());
            if (refused == Refused.UNKNOWN_KEY) {
                audience = DISTURBED;
                Token before = cluster.gateway().token(audience);
                assertThat(parties.judge(library, cluster.issuer(), audience, keys, before))
                        .isEqualTo(Parties.ACCEPTED);
                token = refused.token(before, foreign, KEY.getPrivate(), FOREIGN_KEY.getPrivate());
            }
            String said = parties.judge(library, cluster.issuer(), audience, keys, token);
            row.said(refused, said);
            assertThat(said).as(refused.title()).isNotEqualTo(Parties.ACCEPTED).containsPattern(refused.reason());
        }
    }

    private static void rotate(Cluster cluster, Token old) throws Exception {
        plain.join().restartWithKeys(List.of(NEXT_KEY, KEY));
        String next = cluster.gateway().token(AUDIENCE).keyId();
        assertThat(next).isNotEqualTo(old.keyId());
        HttpClient client =
                HttpClient.newBuilder().sslContext(certificates.context()).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create(cluster.keys())).build();
        Await.until(Duration.ofSeconds(30), "the gateway to have the new key", () -> {
            try {
                String served = client.send(request, BodyHandlers.ofString()).body();
                return served.contains(next) && served.contains(old.keyId());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        });
    }

    private void meetNewKey(Parties parties, String library, Cluster cluster, Token old) {
        Token token = cluster.gateway().token(AUDIENCE);
        String verdict = judgeAgain(parties, library, cluster, AUDIENCE, token);
        rows.get(library).found("a new key", verdict.equals(Parties.ACCEPTED) ? "at once" : "not at once");
        assertThat(judgeAgain(parties, library, cluster, AUDIENCE, old)).isEqualTo(Parties.ACCEPTED);
    }

    private void meetNewKeyDisturbed(Cluster cluster) {
        Token token = cluster.gateway().token(DISTURBED);
        Map<String, Parties> waiting = new LinkedHashMap<>();
        for (Parties parties : PARTIES) {
            parties.libraries().keySet().forEach(library -> waiting.put(library, parties));
        }
        long end = System.nanoTime() + COOL_DOWN.toNanos();
        while (!waiting.isEmpty() && System.nanoTime() < end) {
            waiting.entrySet()
                    .removeIf(each -> judgeAgain(each.getValue(), each.getKey(), cluster, DISTURBED, token)
                            .equals(Parties.ACCEPTED));
            Await.pace(Duration.ofMillis(500));
        }
        rows.forEach((library, row) -> row.found(
                "after an unknown `kid`",
                (waiting.containsKey(library) ? "not within " : "within ") + COOL_DOWN.toSeconds() + " s"));
    }

    /** Asks one that was told then what it needed. */
    private String judgeAgain(Parties parties, String library, Cluster cluster, String audience, Token token) {
        String keys = rows.get(library).finding(cluster.column()).equals("yes") ? "" : cluster.keys();
        return parties.judge(library, cluster.issuer(), audience, keys, token);
    }

    private void compare() throws IOException {
        String page = LibrariesPage.of(rows);
        Files.writeString(SEEN, page);
        assertThat(Files.readString(DOCUMENTATION)).isEqualTo(page);
    }
}
