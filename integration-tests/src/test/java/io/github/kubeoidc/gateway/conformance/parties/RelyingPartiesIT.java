// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.parties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.cluster.ClusterExtension;
import io.github.kubeoidc.gateway.conformance.containers.ApiServer;
import io.github.kubeoidc.gateway.conformance.containers.ServerKeys;
import io.github.kubeoidc.gateway.conformance.process.Await;
import io.github.kubeoidc.gateway.testsupport.Certificates;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What the gateway exists for, with libraries that many use: a relying party knows an issuer, finds the keys at the gateway, and
 * accepts the API server's tokens and no others. What was seen is written to {@code target/libraries.md}, and
 * {@code docs/relying-parties/libraries.md} has to say the same.
 */
@ExtendWith(ClusterExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class RelyingPartiesIT {

    private static final Path SEEN = Path.of("target", "libraries.md");
    private static final Path DOCUMENTATION = Path.of("..", "docs", "relying-parties", "libraries.md");

    private static final String AUDIENCE = "https://service.example";
    private static final String JWKS = "/openid/v1/jwks";
    private static final String PREFIX = "/clusters/a";

    /** Other audiences, so other relying parties, which fetched the keys just before they change. */
    private static final String ROTATING = "https://rotating.example";

    /** Such a one, which has met a token with an invented kid since. */
    private static final String DISTURBED = "https://disturbed.example";

    /** Longer than the 30 s for which some libraries fetch nothing, shorter than the minute of others. */
    private static final Duration COOL_DOWN = Duration.ofSeconds(40);

    private static final KeyPair KEY = ServerKeys.make();
    private static final KeyPair NEXT_KEY = ServerKeys.make();
    private static final KeyPair FOREIGN_KEY = ServerKeys.make();

    /** An issuer, the gateway in front of it, and how a relying party is told of them. */
    private record Cluster(String column, String issuer, String keys, boolean discovered, TrustedGateway gateway) {}

    @TempDir
    private static Path folder;

    private static final List<AutoCloseable> STARTED = new ArrayList<>();
    private static final Map<String, Parties> PARTIES = new LinkedHashMap<>();
    private static final Map<String, String> PARTS = new LinkedHashMap<>();
    private static Certificates certificates;
    private static CompletableFuture<ApiServer> plain;
    private static CompletableFuture<ApiServer> prefixed;
    private static int plainPort;
    private static int prefixedPort;
    private static boolean hasNode;

    private final Map<String, LibrariesPage.Row> rows = new LinkedHashMap<>();

    /** When the relying parties fetched the keys that meet the new one, on the clock of {@link System#nanoTime}. */
    private long fetched;

    @BeforeAll
    static void start() throws Exception {
        plainPort = ApiServer.freeFixedPort();
        prefixedPort = ApiServer.freeFixedPort();
        plain = server("https://localhost:" + plainPort);
        prefixed = server("https://localhost:" + prefixedPort + PREFIX);
        certificates = Certificates.in(folder)
                .make("ca", "-ext", "bc:c")
                .make("gateway", "-signer", "ca", "-ext", "san=dns:localhost");
        join(Parties.java(certificates, folder));
        Parties node = Parties.node(certificates, folder);
        hasNode = node != null;
        if (node == null) {
            Programs.mention("libraries of Node, as there is no node and npm");
        } else {
            join(node);
        }
    }

    private static void join(Parties parties) {
        STARTED.add(parties);
        parties.libraries().forEach((library, parts) -> {
            PARTIES.put(library, parties);
            PARTS.put(library, parts);
        });
    }

    private static CompletableFuture<ApiServer> server(String issuer) {
        return CompletableFuture.supplyAsync(() -> ApiServer.startWithKeys(
                ApiServer.freeFixedPort(),
                List.of(KEY),
                "service-account-issuer=" + issuer,
                "service-account-jwks-uri=" + issuer + JWKS));
    }

    private static TrustedGateway gateway(ApiServer server, int port, Map<String, String> settings) {
        TrustedGateway gateway = TrustedGateway.start(server, certificates, port, settings);
        STARTED.add(gateway);
        return gateway;
    }

    @AfterAll
    static void stop() throws Exception {
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
    @Execution(ExecutionMode.SAME_THREAD)
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
        Cluster changing = clusters.get(0);
        Token old = changing.gateway().token(AUDIENCE);
        List<DynamicTest> tests = new ArrayList<>();
        PARTS.forEach((library, parts) -> {
            rows.put(library, new LibrariesPage.Row(parts));
            for (Cluster cluster : clusters) {
                tests.add(DynamicTest.dynamicTest(
                        library + ": " + cluster.column(), () -> judge(library, cluster, rows.get(library))));
            }
        });
        tests.add(DynamicTest.dynamicTest("the API server gets a new key", () -> rotate(changing, old)));
        for (String library : PARTS.keySet()) {
            tests.add(DynamicTest.dynamicTest(library + ": a new key", () -> meetNewKey(library, changing, old)));
        }
        tests.add(DynamicTest.dynamicTest("a new key after an unknown kid", () -> meetNewKeyDisturbed(changing)));
        tests.add(DynamicTest.dynamicTest("the documentation says the same", this::compare));
        return tests.stream();
    }

    private static Cluster cluster(
            String column, ApiServer server, int port, String issuer, Map<String, String> settings) {
        return new Cluster(column, issuer, issuer + JWKS, true, gateway(server, port, settings));
    }

    private static Cluster internal(ApiServer server) {
        int port = ApiServer.freeFixedPort();
        String keys = "https://localhost:" + port + JWKS;
        TrustedGateway gateway = gateway(server, port, Map.of("JWKS_URI", keys));
        return new Cluster("key URL", gateway.token(AUDIENCE).issuer(), keys, false, gateway);
    }

    private static void judge(String library, Cluster cluster, LibrariesPage.Row row) {
        Parties parties = PARTIES.get(library);
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
            if (refused.needsKey() && !cluster.discovered()) {
                // Only that API server has its key.
                continue;
            }
            Token token = refused.token(good, foreign, KEY.getPrivate(), FOREIGN_KEY.getPrivate());
            String said = parties.judge(library, cluster.issuer(), AUDIENCE, keys, token);
            row.said(refused, said);
            assertThat(said).as(refused.title()).isNotEqualTo(Parties.ACCEPTED).containsPattern(refused.reason());
        }
    }

    private void rotate(Cluster cluster, Token old) throws Exception {
        Token rotating = cluster.gateway().token(ROTATING);
        Token disturbed = cluster.gateway().token(DISTURBED);
        fetched = System.nanoTime();
        PARTIES.keySet().forEach(library -> {
            assertThat(judgeAgain(library, cluster, ROTATING, rotating)).isEqualTo(Parties.ACCEPTED);
            assertThat(judgeAgain(library, cluster, DISTURBED, disturbed)).isEqualTo(Parties.ACCEPTED);
            assertThat(judgeAgain(library, cluster, DISTURBED, disturbed.ofUnknownKey(FOREIGN_KEY.getPrivate())))
                    .isNotEqualTo(Parties.ACCEPTED);
        });
        plain.join().restartWithKeys(List.of(NEXT_KEY, KEY));
        String next = cluster.gateway().token(AUDIENCE).keyId();
        assertThat(next).isNotEqualTo(old.keyId());
        HttpClient client =
                HttpClient.newBuilder().sslContext(certificates.client("ca")).build();
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

    private void meetNewKey(String library, Cluster cluster, Token old) {
        Token token = cluster.gateway().token(ROTATING);
        String verdict = judgeAgain(library, cluster, ROTATING, token);
        rows.get(library).found("a new key", verdict.equals(Parties.ACCEPTED) ? "at once" : "not at once");
        assertThat(judgeAgain(library, cluster, AUDIENCE, old)).isEqualTo(Parties.ACCEPTED);
    }

    private void meetNewKeyDisturbed(Cluster cluster) {
        Token token = cluster.gateway().token(DISTURBED);
        Set<String> waiting = new LinkedHashSet<>(PARTIES.keySet());
        do {
            waiting.removeIf(
                    library -> judgeAgain(library, cluster, DISTURBED, token).equals(Parties.ACCEPTED));
            // Relying parties that are asked all the time would keep a slow machine busy with refusals.
            Await.pace(Duration.ofMillis(500));
        } while (!waiting.isEmpty() && System.nanoTime() - fetched < COOL_DOWN.toNanos());
        rows.forEach((library, row) -> row.found(
                "after an unknown `kid`",
                (waiting.contains(library) ? "not within " : "within ") + COOL_DOWN.toSeconds() + " s"));
    }

    /** Asks one that was told then what it needed. */
    private String judgeAgain(String library, Cluster cluster, String audience, Token token) {
        String keys = rows.get(library).finding(cluster.column()).equals("yes") ? "" : cluster.keys();
        return PARTIES.get(library).judge(library, cluster.issuer(), audience, keys, token);
    }

    private void compare() throws IOException {
        String page = Files.readString(DOCUMENTATION);
        String seen = LibrariesPage.of(page, rows);
        Files.writeString(SEEN, seen);
        assumeTrue(hasNode, "the page has rows of libraries of Node, which is not installed");
        assertThat(page).isEqualTo(seen);
    }
}
