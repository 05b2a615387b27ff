// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.kubeoidc.gateway.api.ConfigurationException;
import io.github.kubeoidc.gateway.api.ServerState;
import io.github.kubeoidc.gateway.testsupport.FakeApiServer;
import io.github.kubeoidc.gateway.testsupport.LogLines;
import io.github.kubeoidc.gateway.testsupport.Loopback;
import io.github.kubeoidc.gateway.testsupport.Reply;
import io.github.kubeoidc.gateway.testsupport.Wire;
import java.io.IOException;
import java.lang.module.FindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** CONTRACT 6.4, 7 and 9: how a server starts and stops, and what is left of it. */
class ServerLifeCycleTest {
    private static final String JWKS = "/openid/v1/jwks";

    /** CONTRACT 6.4: "the address listened on". */
    @Test
    void theLogTellsWhereItListens() throws Exception {
        try (LogLines log = LogLines.of("http://127.0.0.1:");
                TestGateway other = new TestGateway()) {
            assertThat(log.lines()).contains("INFO listening on http://127.0.0.1:" + other.port());
        }
    }

    /** CONTRACT 5 and 7: an address that cannot be listened on is told in one clear line. */
    @Test
    void anAddressThatHasNoNumberIsOneClearLine() {
        assertThatThrownBy(() -> new TestGateway("LISTEN_ADDR", "no-such-host.invalid"))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on no-such-host.invalid port 0: LISTEN_ADDR cannot be resolved");
    }

    /** CONTRACT 7. */
    @Test
    void aPortInUseIsOneClearLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> new TestGateway("LISTEN_PORT", "" + taken.getLocalPort()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on 127.0.0.1 port " + taken.getLocalPort() + ": Address already in use");
        }
    }

    /** Here for want of the metrics, or of their port on the class path; on an address that no other test listens on. */
    @Test
    void aStartThatFailsLeavesItsPortFree() throws Exception {
        InetAddress address = InetAddress.getByName("127.0.0.77");
        String port;
        try (ServerSocket free = new ServerSocket(0, 1, address)) {
            port = "" + free.getLocalPort();
        }
        try (ServerSocket taken = new ServerSocket(0, 1, address)) {
            String metrics = "" + taken.getLocalPort();
            assertThatThrownBy(() -> new TestGateway(
                            "LISTEN_ADDR", address.getHostAddress(), "LISTEN_PORT", port, "METRICS_PORT", metrics))
                    .isInstanceOfAny(FindException.class, IOException.class);
        }
        try (ServerSocket again = new ServerSocket(Integer.parseInt(port), 1, address)) {
            assertThat(again.isBound()).isTrue();
        }
    }

    /** CONTRACT 7: of a server that has stopped, or that did not start, nothing goes on. */
    @ParameterizedTest
    @ValueSource(strings = {"stopped", "port in use", "misconfigured"})
    void noThreadIsLeft(String end, @TempDir Path directory) throws Exception {
        Path chain = Files.writeString(directory.resolve("tls.crt"), ServerCertificates.ALL.chain("ec"));
        Path key = Files.writeString(directory.resolve("tls.key"), ServerCertificates.ALL.key("ec"));
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (FakeApiServer upstream = new FakeApiServer();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String[] variables = {
                "TLS_CERT_FILE",
                chain.toString(),
                "TLS_KEY_FILE",
                key.toString(),
                "LISTEN_PORT",
                end.equals("port in use") ? "" + taken.getLocalPort() : "0",
                "CACHE_TTL_SECONDS",
                end.equals("misconfigured") ? "none" : "60"
            };
            if (end.equals("stopped")) {
                TestGateway secure = TestGateway.inFrontOf(upstream, variables);
                assertThat(threadsSince(before))
                        .anyMatch(thread -> thread.getName().startsWith("http-"));
                assertThat(secure.server.new State().certificateExpiry()).isAfter(Instant.now());
                secure.close();
            } else {
                assertThatThrownBy(() -> TestGateway.inFrontOf(upstream, variables))
                        .isInstanceOfAny(IOException.class, ConfigurationException.class);
            }
        }
        FrontDoor.await(() -> threadsSince(before).isEmpty());
    }

    private static Set<Thread> threadsSince(Set<Thread> before) {
        Set<Thread> now = new HashSet<>(Thread.getAllStackTraces().keySet());
        now.removeAll(before);
        return now;
    }

    /** An interrupt ends the delay, and whoever has called still sees it. */
    @Test
    void aStopThatIsInterruptedStops() throws Exception {
        try (TestGateway stopping = new TestGateway("SHUTDOWN_DELAY_SECONDS", "300")) {
            Thread.currentThread().interrupt();
            stopping.stop();
            assertThat(Thread.interrupted()).isTrue();
            assertThatThrownBy(stopping::connect).isInstanceOf(ConnectException.class);
        }
    }

    /** CONTRACT 5: `LOG_LEVEL`. */
    @ParameterizedTest
    @CsvSource({"ERROR, false", "INFO, true"})
    void theLogHasItsLevel(String level, boolean warns) throws Exception {
        new TestGateway("LOG_LEVEL", level).close();
        assertThat(LoggerFactory.getLogger("io.github.kubeoidc").isWarnEnabled())
                .isEqualTo(warns);
    }

    /** CONTRACT 9: `connections`, `clients_refused_total` and `tls_certificate_expiry_timestamp_seconds`. */
    @Test
    void theMetricsAreToldOfTheServer() throws Exception {
        try (TestGateway other = new TestGateway();
                Wire wire = other.connect()) {
            ServerState state = other.server.new State();
            assertThat(wire.send("GET /" + "x".repeat(9000) + " HTTP/1.1\nHost: a\n\n")
                            .read()
                            .status())
                    .isEqualTo(414);
            assertThat(state.refused()).containsEntry("head_too_large", 1L);
            assertThat(state.connections()).isEqualTo(1);
            assertThat(state.certificateExpiry()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[::1]", "::1"})
    void anIpV6AddressIsBracketedInTheUrl(String address) throws Exception {
        assumeThat(Loopback.hasIpV6())
                .as("**** SKIPPED: this machine has no IPv6 ****")
                .isTrue();
        try (TestGateway v6 = new TestGateway("LISTEN_ADDR", address)) {
            assertThat(v6.server.uri().toString()).isEqualTo("http://[::1]:" + v6.port());
        }
    }

    /** CONTRACT 7: SIGTERM. */
    @Test
    void aStopFinishesWhatIsInFlight() throws Exception {
        try (TestGateway stopping = TestGateway.inFrontOf(new FakeApiServer().hang(), "SHUTDOWN_DELAY_SECONDS", "10");
                Wire waiting = stopping.connect();
                Wire early = stopping.connect()) {
            waiting.send("GET " + JWKS + " HTTP/1.1\nHost: a\n\n");
            stopping.upstream.awaitRequest(JWKS);
            assertThat(early.send("GET /a HTTP/1.1\nHost: a\n\n").read().headers())
                    .doesNotContainKey("Connection");

            CompletableFuture<Void> stopped =
                    CompletableFuture.runAsync(stopping::stop, task -> new Thread(task).start());
            // Open connections and new ones are served while the delay lasts, and asked to close.
            String connection = null;
            while (connection == null) {
                // Not about health, which before would wait for upstream.
                try (Wire wire = stopping.connect()) {
                    connection =
                            wire.send("GET /a HTTP/1.1\nHost: a\n\n").read().header("Connection");
                }
            }
            Reply ready;
            try (Wire wire = stopping.connect()) {
                ready = wire.send("HEAD /readyz HTTP/1.1\nHost: a\n\n").readBodiless();
            }
            assertThat(ready.status()).isEqualTo(503);
            stopping.upstream.answer();
            assertThat(ready.header("Connection")).isEqualTo("close");
            Reply last = early.send("GET /a HTTP/1.1\nHost: a\n\n").read();
            last.assertPlain(404);
            assertThat(last.header("Connection")).isEqualTo("close");
            assertThat(early.readToEnd()).isEmpty();
            assertThat(stopped).isNotDone();

            Reply reply = waiting.read();
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).contains("keys");
            waiting.shutdownOutput();
            early.shutdownOutput();
            stopped.get(20, TimeUnit.SECONDS);
            assertThatThrownBy(stopping::connect).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void aStopWaitsForWhoWaitsForUpstream() throws Exception {
        try (TestGateway stopping = TestGateway.inFrontOf(new FakeApiServer().hang());
                Wire waiting = stopping.connect();
                LogLines log = LogLines.of("stop")) {
            waiting.send("GET " + JWKS + " HTTP/1.1\nHost: a\n\n");
            stopping.upstream.awaitRequest(JWKS);
            CompletableFuture<Void> stopped =
                    CompletableFuture.runAsync(stopping::stop, task -> new Thread(task).start());
            awaitNoListener(stopping);
            assertThat(stopped).isNotDone();
            stopping.upstream.answer();
            assertThat(waiting.read().status()).isEqualTo(200);
            waiting.shutdownOutput();
            stopped.get(20, TimeUnit.SECONDS);
            // CONTRACT 6.4: "At stop: that requests in flight were finished".
            assertThat(log.lines())
                    .contains(
                            "INFO stopping: connections are accepted for 0s more",
                            "INFO stopped: all requests in flight were finished");
        }
    }

    /** CONTRACT 6.5 and 6.6: at a stop those are told, too, whose minute is not over. */
    @Test
    void aStopTellsOfClientsThatWereRefusedLast() throws Exception {
        try (TestGateway stopping = new TestGateway();
                LogLines log = LogLines.of("clients closed or refused")) {
            refuseOne(stopping);
            log.awaited(1);
            refuseOne(stopping);
            stopping.stop();
            assertThat(log.lines())
                    .containsExactly(
                            "WARN clients closed or refused: request head too large 1",
                            "INFO clients closed or refused: request head too large 1");
        }
    }

    private static void refuseOne(TestGateway gateway) throws Exception {
        try (Wire wire = gateway.connect()) {
            wire.send("GET /" + "x".repeat(9000) + " HTTP/1.1\nHost: a\n\n").read();
        }
    }

    private static void awaitNoListener(TestGateway stopping) {
        FrontDoor.await(() -> {
            // Nothing is asked: of the last one accepted nobody may hear any more.
            try {
                stopping.connect().close();
                return false;
            } catch (IOException e) {
                return true;
            }
        });
    }
}
