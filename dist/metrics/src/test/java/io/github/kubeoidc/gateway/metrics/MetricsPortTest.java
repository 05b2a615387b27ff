// SPDX-License-Identifier: Apache-2.0
package io.github.kubeoidc.gateway.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.kubeoidc.gateway.testsupport.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTRACT 9: "Only on METRICS_PORT (bound to LISTEN_ADDR) …: GET /metrics, Prometheus text format". */
class MetricsPortTest {
    private static final String BODY = "# HELP a b\na 1.0\n";

    private final AtomicInteger made = new AtomicInteger();
    private MetricsPort port;

    @BeforeEach
    void serve() throws Exception {
        port = MetricsPort.bind("127.0.0.1", 0);
        port.serve(() -> {
            made.incrementAndGet();
            return BODY.getBytes(StandardCharsets.US_ASCII);
        });
    }

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void answersGetAndCloses() throws Exception {
        assertThat(get(port))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                        + "Content-Length: 17\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n" + BODY);
    }

    @ParameterizedTest
    @CsvSource({
        "HEAD /metrics HTTP/1.1, 200 OK",
        "GET /metrics?name[]=a HTTP/1.0, 200 OK",
        "POST /metrics HTTP/1.1, 405 Method Not Allowed",
        "GET / HTTP/1.1, 404 Not Found",
        "GET /metrics/ HTTP/1.1, 404 Not Found",
        "GET /openid/v1/jwks HTTP/1.1, 404 Not Found",
        "GET http://a/metrics HTTP/1.1, 404 Not Found",
        "GET /metrics, 400 Bad Request",
        "GET /metrics HTTP/2.0, 400 Bad Request",
        "GET  /metrics HTTP/1.1, 400 Bad Request",
        "HEAD  /metrics HTTP/1.1, 400 Bad Request"
    })
    void answersEveryRequestLine(String line, String status) throws Exception {
        String answer = Wire.exchange(port.uri().getPort(), line + "\r\nHost: a\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + "\r\n");
        assertThat(answer.endsWith("\r\n\r\n")).as("no body").isEqualTo(line.startsWith("HEAD"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD"})
    void aHeadThatDoesNotEndIsRefused(String method) throws Exception {
        String answer = Wire.exchange(
                port.uri().getPort(),
                method + " /metrics HTTP/1.1\r\nA: " + "a".repeat(ScrapeConnection.MAX_HEAD_BYTES));

        assertThat(answer).startsWith("HTTP/1.1 431 ");
        assertThat(answer.endsWith("\r\n\r\n")).as("no body").isEqualTo(method.equals("HEAD"));
    }

    @Test
    void aHeadMayComeInPieces() throws Exception {
        try (Wire client = connect()) {
            for (String c : "GET /metrics HTTP/1.1\r\n\r\n".split("")) {
                client.sendAsIs(c);
            }
            assertThat(client.readToEnd()).endsWith(BODY);
        }
    }

    @Test
    void idleClientsDelayNobodyAndTheOldestMakesRoom() throws Exception {
        String answer;
        long begun;
        int tries = 0;
        do {
            begun = System.nanoTime();
            answer = newestOfManyIsAnswered();
            tries++;
            // Once more where the machine stood still for as long as a client may be slow.
        } while (!answer.endsWith(BODY) && tries < 5 && System.nanoTime() - begun > ScrapeConnection.BOUND_NANOS);
        assertThat(answer).endsWith(BODY);
    }

    private String newestOfManyIsAnswered() throws IOException {
        List<Wire> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 24; i++) {
                idle.add(connect().sendAsIs("G"));
            }
            assertThat(get(port)).endsWith(BODY);
            assertThat(isClosed(idle.get(0))).isTrue();
            // Not by the bound on a slow client's time, which would close the newest with it.
            return finished(idle.get(idle.size() - 1));
        } finally {
            for (Wire client : idle) {
                client.close();
            }
        }
    }

    private static String finished(Wire client) {
        try {
            return client.sendAsIs("ET /metrics HTTP/1.1\r\n\r\n").readToEnd();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void aClientThatIsSlowIsClosed() throws Exception {
        try (Wire client = connect()) {
            client.sendAsIs("GET /metrics HTTP/1.1\r\n");
            assertThat(isClosed(client)).isTrue();
        }
        assertThat(get(port)).endsWith(BODY);
    }

    /** Else a client that asks without end would take the processor from the public port. */
    @Test
    void manyScrapesShareOneText() throws Exception {
        long begun = System.nanoTime();
        for (int i = 0; i < 100; i++) {
            get(port);
        }
        long seconds = (System.nanoTime() - begun) / 1_000_000_000L;

        assertThat(made).hasValueLessThanOrEqualTo((int) seconds + 2);
    }

    /** Longer, and a value would be told that is no longer so. */
    @Test
    void aTextIsMadeAnewAfterASecond() {
        AtomicLong now = new AtomicLong();
        ScrapeText text = new ScrapeText(() -> new byte[] {(byte) made.incrementAndGet()}, now::get);
        assertThat(text.get()).containsExactly(1);
        now.set(999_999_999);
        assertThat(text.get()).containsExactly(1);
        now.set(1_000_000_000);
        assertThat(text.get()).containsExactly(2);
    }

    @Test
    void aTextThatCannotBeMadeIsAnErrorAndNotTheEnd() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (MetricsPort broken = MetricsPort.bind("127.0.0.1", 0)) {
            broken.serve(() -> {
                if (asked.getAndIncrement() == 0) {
                    throw new IllegalStateException("broken");
                }
                return BODY.getBytes(StandardCharsets.US_ASCII);
            });
            assertThat(get(broken)).startsWith("HTTP/1.1 500 ").doesNotContain("broken");
            assertThat(get(broken)).endsWith(BODY);
        }
    }

    @Test
    void aPortInUseIsOneClearLine() {
        int taken = port.uri().getPort();

        assertThatThrownBy(() -> MetricsPort.bind("127.0.0.1", taken))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on 127.0.0.1 port " + taken + " for metrics: Address already in use");
    }

    @Test
    void anAddressThatIsNoneOfTheMachinesIsOneClearLine() {
        assertThatThrownBy(() -> MetricsPort.bind("name.invalid", 0))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on name.invalid port 0 for metrics: LISTEN_ADDR cannot be resolved");
    }

    @Test
    void closedItLeavesNoThreadAndThePortIsFree() throws Exception {
        int number = port.uri().getPort();
        try (Wire client = connect()) {
            client.sendAsIs("G");
            port.close();
            assertThat(isClosed(client)).isTrue();
        }
        new ServerSocket(number, 1, InetAddress.getByName("127.0.0.1")).close();
        MetricsPort unserved = MetricsPort.bind("127.0.0.1", number);
        unserved.close();
        new ServerSocket(number, 1, InetAddress.getByName("127.0.0.1")).close();
    }

    private static String get(MetricsPort port) throws IOException {
        return Wire.exchange(port.uri().getPort(), "GET /metrics HTTP/1.1\r\nHost: gateway\r\n\r\n");
    }

    private Wire connect() throws IOException {
        return new Wire(port.uri().getPort());
    }

    private static boolean isClosed(Wire client) {
        try {
            return client.readToEnd().isEmpty();
        } catch (IOException reset) {
            return !(reset instanceof java.net.SocketTimeoutException);
        }
    }
}
