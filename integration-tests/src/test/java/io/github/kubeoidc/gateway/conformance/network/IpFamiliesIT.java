// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.kubeoidc.gateway.conformance.Launcher;
import io.github.kubeoidc.gateway.conformance.Programs;
import io.github.kubeoidc.gateway.conformance.StartedGateway;
import io.github.kubeoidc.gateway.conformance.metrics.Scrape;
import io.github.kubeoidc.gateway.conformance.process.CommandGateway;
import io.github.kubeoidc.gateway.standin.ApiServerStandIn;
import io.github.kubeoidc.gateway.standin.CertificateKeys;
import io.github.kubeoidc.gateway.standin.TlsSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The launcher in networks with both families of addresses and in one with IPv6 alone, as a pod is in a cluster of that kind.
 * Gateway, API server and client are in a network namespace, and the machine's own network is not touched.
 */
@Execution(ExecutionMode.CONCURRENT)
class IpFamiliesIT {

    private static final String IPV6 = "fd00::1";
    private static final String LINK_LOCAL = "fe80::1";
    private static final String IPV4 = "192.0.2.1";

    /** Packets to it are lost without a word. */
    private static final String LOST_IPV4 = "192.0.2.9";

    private static final String KEYS = "\"keys\"";

    private static final String NAME = "kubernetes.default.svc";

    /** A system that would give a socket one family unless the program asks for both. */
    private static final String IPV6_ONLY_SOCKETS = "echo 1 >/proc/sys/net/ipv6/bindv6only";

    /** Which families the addresses of {@code pod} have. */
    private enum Network {
        BOTH("address add " + IPV4 + "/24 dev pod\n" + "neighbour add " + LOST_IPV4
                + " lladdr 02:00:00:00:00:01 dev pod nud permanent\n"),
        IPV6_ALONE("");

        private final String ipv4;

        Network(String ipv4) {
            this.ipv4 = ipv4;
        }

        NetworkNamespace create(Path folder, String... hosts) throws IOException {
            // An address is of use at once where nobody else is asked whether he has it.
            String ipv6 = "address add " + IPV6 + "/64 dev pod nodad\naddress add " + LINK_LOCAL + "/64 dev pod nodad\n"
                    + "address add fe80::2/64 dev node-0 nodad\n";
            return NetworkNamespace.create(
                    Files.writeString(folder.resolve("hosts"), String.join("\n", hosts) + "\n"), ipv6 + ipv4);
        }
    }

    @TempDir
    private Path folder;

    @BeforeAll
    static void isAllowed(@TempDir Path empty) {
        String what =
                "networks of their own take root (or namespaces for every user), and the commands unshare and nsenter"
                        + " (Debian: util-linux), ip (iproute2) and curl: ";
        try (NetworkNamespace network = Network.BOTH.create(empty)) {
            // nsenter itself is there, or this is an exception.
            if (network.run(new ProcessBuilder("curl", "--version")).status() != 0) {
                throw new IOException("no curl");
            }
        } catch (IOException | UncheckedIOException e) {
            Programs.skip("tests of IPv6: " + what + e.getMessage());
        }
    }

    @DisplayName(
            "CONTRACT 5, 6.4, 9: LISTEN_ADDR=:: serves both families on each port, and the log says [::]; so does the"
                    + " default, 0.0.0.0")
    @ParameterizedTest
    @CsvSource({"::, [::]", "0.0.0.0, 0.0.0.0"})
    void aWildcardServesBothFamilies(String listenAddr, String logged) throws Exception {
        try (NetworkNamespace network = Network.BOTH.create(folder);
                StandInProcess upstream = StandInProcess.start(network, folder, "127.0.0.1")) {
            network.run(new ProcessBuilder("sh", "-c", IPV6_ONLY_SOCKETS));
            Map<String, String> environment = environment(upstream, listenAddr);
            environment.put("METRICS_PORT", "0");
            try (StartedGateway gateway = start(network, environment)) {
                int port = gateway.baseUri().getPort();
                int metrics = Scrape.address(gateway).getPort();
                assertThat(gateway.log())
                        .anyMatch(line -> line.endsWith("listening on http://" + logged + ":" + port))
                        .anyMatch(
                                line -> line.endsWith("metrics are at http://" + logged + ":" + metrics + "/metrics"));
                for (String host :
                        List.of("[" + IPV6 + "]", "[" + LINK_LOCAL + "%25pod]", "[::1]", IPV4, "127.0.0.1")) {
                    String url = "http://" + host + ":";
                    Clients.awaitAnswer(network, url + port + ApiServerStandIn.JWKS_PATH, KEYS);
                    Clients.awaitAnswer(network, url + port + "/readyz", "OK");
                    Clients.awaitAnswer(network, url + metrics + "/metrics", "kube_oidc_gateway_build_info");
                }
            }
        }
    }

    @DisplayName("CONTRACT 5, 6.4: one address alone, with its interface where it is local to that")
    @ParameterizedTest
    @CsvSource({IPV6 + ", " + IPV6 + ", " + IPV6, "[fe80::2%node-0], fe80::2%25node-0, fe80::2"})
    void oneAddressOfIpv6IsServedAlone(String listenAddr, String asked, String logged) throws Exception {
        try (NetworkNamespace network = Network.BOTH.create(folder);
                StandInProcess upstream = StandInProcess.start(network, folder, "127.0.0.1")) {
            Map<String, String> environment = environment(upstream, listenAddr);
            environment.put("METRICS_PORT", "0");
            try (StartedGateway gateway = start(network, environment)) {
                int port = gateway.baseUri().getPort();
                String url = "http://[" + asked + "]:";
                assertThat(gateway.log())
                        .anyMatch(line -> line.endsWith("listening on http://[" + logged + "]:" + port));
                Clients.awaitAnswer(network, url + port + ApiServerStandIn.DISCOVERY_PATH, ApiServerStandIn.ISSUER);
                Clients.awaitAnswer(
                        network, url + Scrape.address(gateway).getPort() + "/metrics", "kube_oidc_gateway_build_info");
                assertThat(Clients.curl(network, "http://127.0.0.1:" + port + "/readyz")
                                .status())
                        .as("what curl ends with where a connection is refused")
                        .isEqualTo(7);
            }
        }
    }

    @DisplayName("CONTRACT 8.1: TLS on ::, and check asks by the address that answers")
    @ParameterizedTest
    @EnumSource(Network.class)
    void tlsIsServedToBothFamilies(Network kind) throws Exception {
        String host = "localhost";
        try (NetworkNamespace network = kind.create(folder, LOST_IPV4 + " " + host, IPV6 + " " + host);
                StandInProcess upstream = StandInProcess.start(network, folder, "127.0.0.1");
                TlsSecret secret = TlsSecret.temporary(CertificateKeys.P_256)) {
            Path ca = Files.writeString(folder.resolve("public-ca.pem"), secret.caCert());
            Map<String, String> environment = environment(upstream, "::");
            environment.putAll(secret.environment());
            try (StartedGateway gateway = start(network, environment)) {
                int port = gateway.baseUri().getPort();
                assertThat(gateway.log()).anyMatch(line -> line.endsWith("listening on https://[::]:" + port));
                String url = "https://" + host + ":" + port;
                List<String> addresses = kind == Network.BOTH
                        ? List.of("[" + IPV6 + "]", "127.0.0.1", IPV4)
                        : List.of("[" + IPV6 + "]", "127.0.0.1");
                for (String address : addresses) {
                    Clients.awaitAnswer(
                            network,
                            url + ApiServerStandIn.JWKS_PATH,
                            KEYS,
                            "--cacert",
                            ca.toString(),
                            "--resolve",
                            host + ":" + port + ":" + address);
                }
                String check = Clients.awaitCheck(
                        network,
                        environment,
                        List.of("public URL " + ApiServerStandIn.JWKS_PATH + ": 200"),
                        "--public-url",
                        url,
                        "--public-ca",
                        ca.toString());
                assertThat(check)
                        .contains("public URL TCP: fd00:0:0:0:0:0:0:1 port " + port + " takes connections, and "
                                + LOST_IPV4 + " does not");
            }
        }
    }

    @DisplayName(
            "CONTRACT 2.1, 11: the API server by an address of IPv6, and by a name that has one; each address is tried")
    @ParameterizedTest(name = "{0}: {1}, hosts {2}")
    @CsvSource({
        "BOTH, [fe80::1%25pod], '', ::",
        "IPV6_ALONE, [fd00::1], '', fd00::1",
        "IPV6_ALONE, kubernetes.default.svc, fd00::1, fd00::1",
        "IPV6_ALONE, kubernetes.default.svc, 192.0.2.1 fd00::1, fd00::1",
        "BOTH, kubernetes.default.svc, 192.0.2.1 fd00::1, fd00::1",
        "BOTH, kubernetes.default.svc, 192.0.2.9 fd00::1, fd00::1"
    })
    void upstreamIsReachedOverIpv6(Network kind, String host, String addresses, String listening) throws Exception {
        String[] hosts = Stream.of(addresses.split(" "))
                .map(address -> address + " " + NAME)
                .toArray(String[]::new);
        try (NetworkNamespace network = kind.create(folder, hosts);
                StandInProcess upstream = StandInProcess.start(network, folder, listening, IPV6, LINK_LOCAL, NAME)) {
            boolean isOneLost = addresses.contains(LOST_IPV4);
            Map<String, String> environment = environment(upstream, "::");
            environment.put("UPSTREAM_HOST", "https://" + host + ":" + upstream.port());
            if (isOneLost) {
                // Half of it is for the address that loses everything.
                environment.put("UPSTREAM_TIMEOUT_SECONDS", "10");
            }
            try (StartedGateway gateway = start(network, environment)) {
                String url = "http://[" + IPV6 + "]:" + gateway.baseUri().getPort();
                Clients.awaitAnswer(network, url + ApiServerStandIn.JWKS_PATH, KEYS);
                Clients.awaitAnswer(network, url + ApiServerStandIn.DISCOVERY_PATH, ApiServerStandIn.ISSUER);
                Clients.awaitAnswer(network, url + "/readyz", "OK");
                if (!isOneLost) {
                    assertThat(gateway.log()).as("failed fetches").noneMatch(line -> line.contains("WARN /"));
                }
            }
            String check = Clients.awaitCheck(
                    network,
                    environment,
                    List.of(
                            "document " + ApiServerStandIn.DISCOVERY_PATH + ": 200",
                            "document " + ApiServerStandIn.JWKS_PATH + ": 200"));
            assertThat(check).doesNotContain("FAIL").doesNotContain("%0");
        }
    }

    @Test
    @DisplayName("a network ends with all that runs in it")
    void nothingIsLeft() throws Exception {
        Process left;
        try (NetworkNamespace network = Network.IPV6_ALONE.create(folder)) {
            left = new ProcessBuilder(network.command("sleep", "600")).start();
            assertThat(left.isAlive()).isTrue();
        }
        assertThat(left.waitFor()).as("SIGKILL").isEqualTo(137);
    }

    private static StartedGateway start(NetworkNamespace network, Map<String, String> environment) {
        return CommandGateway.start(network.command(Launcher.path()), environment);
    }

    private static Map<String, String> environment(StandInProcess upstream, String listenAddr) {
        // What takes long on a busy machine is no failure here.
        return Launcher.with(upstream.environment(), "LISTEN_ADDR", listenAddr, "UPSTREAM_TIMEOUT_SECONDS", "30");
    }
}
